include tests/unit/rfb/local.mk
