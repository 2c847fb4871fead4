# Machines that move from QEMU to QEMU under their viewers.
check_PROGRAMS += tests/e2e/test_move
tests_e2e_test_move_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_move_SOURCES = tests/e2e/test_move.c tests/e2e/test_move_pair.c \
	tests/e2e/test_move_pair.h
tests_e2e_test_move_LDADD = $(E2E_LIBS)
tests_e2e_test_move_DEPENDENCIES = $(E2E_NEEDS)

# The same between two versions of QEMU.
check_PROGRAMS += tests/e2e/test_move_versions
tests_e2e_test_move_versions_CPPFLAGS = $(E2E_CPPFLAGS)
tests_e2e_test_move_versions_SOURCES = tests/e2e/test_move_versions.c \
	tests/e2e/test_move_pair.c tests/e2e/test_move_pair.h
tests_e2e_test_move_versions_LDADD = $(E2E_LIBS)
tests_e2e_test_move_versions_DEPENDENCIES = $(E2E_NEEDS)
