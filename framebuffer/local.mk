noinst_LIBRARIES += libframebuffer.a
libframebuffer_a_SOURCES = framebuffer/block_hash.c framebuffer/block_hash.h framebuffer/compare.c framebuffer/compare.h framebuffer/compare_avx2.c \
	framebuffer/compare_ops.h framebuffer/damage.c framebuffer/damage.h \
	framebuffer/layer.c framebuffer/layer.h \
	framebuffer/pointer_image.c framebuffer/pointer_image.h framebuffer/rect.h \
	framebuffer/scroll.c framebuffer/scroll.h framebuffer/scroll_area.c framebuffer/scroll_area.h \
	framebuffer/scroll_vote.c framebuffer/scroll_vote.h \
	framebuffer/source_format.c framebuffer/source_format.h framebuffer/surface.c framebuffer/surface.h
