from . import collections_demo_orders
