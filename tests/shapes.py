"""What depends on the shape of the stand-in: TEST_SHAPE, `first` or `production`."""

import pytest
from django.conf import settings

IN_PRODUCTION = settings.TEST_SHAPE == "production"
of_the_first_shape = pytest.mark.skipif(
    IN_PRODUCTION,
    reason="about helpers, policies and tables as the product's first schema has them",
)
