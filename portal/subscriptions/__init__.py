"""Mail that people asked for: what there is to subscribe to, who wants what, and what is new for them.

Whatever can be followed is a source: a class with the shape of `topics.TopicSource`, named in SUBSCRIPTION_SOURCES.
Following one procedure or one agency is such a source; nothing else has to be built for it.
"""
