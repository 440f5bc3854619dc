"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

from tests.thorough import examples

# Machines that run tests are shared and noisy: how long one example takes says nothing.
settings.register_profile(
    "shared", deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared")
