from . import collections_demo
