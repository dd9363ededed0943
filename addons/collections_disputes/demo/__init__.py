from . import collections_demo_disputes
