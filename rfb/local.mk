noinst_LIBRARIES += librfb.a
librfb_a_SOURCES =
