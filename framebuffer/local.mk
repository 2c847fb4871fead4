noinst_LIBRARIES += libframebuffer.a
libframebuffer_a_SOURCES =
