include tests/unit/rfb/local.mk
include tests/unit/base/local.mk
