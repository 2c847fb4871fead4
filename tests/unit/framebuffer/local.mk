check_PROGRAMS += tests/unit/framebuffer/test_framebuffer
tests_unit_framebuffer_test_framebuffer_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_framebuffer_test_framebuffer_SOURCES = tests/unit/framebuffer/groups.h \
	tests/unit/framebuffer/random.h tests/unit/framebuffer/test_compare.c \
	tests/unit/framebuffer/test_damage.c tests/unit/framebuffer/test_framebuffer.c \
	tests/unit/framebuffer/test_layer.c tests/unit/framebuffer/test_pointer_image.c \
	tests/unit/framebuffer/test_scroll.c \
	tests/unit/framebuffer/test_source_format.c \
	tests/unit/framebuffer/test_surface.c
tests_unit_framebuffer_test_framebuffer_LDADD = libframebuffer.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/framebuffer/test_block_hash
tests_unit_framebuffer_test_block_hash_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_framebuffer_test_block_hash_SOURCES = tests/unit/framebuffer/random.h tests/unit/framebuffer/test_block_hash.c
tests_unit_framebuffer_test_block_hash_LDADD = libframebuffer.a libbase.a $(CMOCKA_LIBS)
