UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
TESTS += $(check_PROGRAMS)

include tests/fakeqemu/local.mk
include tests/client/local.mk
include tests/guest/local.mk
include tests/unit/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
include tests/e2e/local.mk
include tests/e2e/test_logins.mk
include tests/e2e/test_siege.mk
include tests/e2e/move.mk
include tests/e2e/test_hosts.mk
include tests/bench/switch.mk
include tests/e2e/test_people.mk
include tests/interop/local.mk
include tests/novnc/local.mk
