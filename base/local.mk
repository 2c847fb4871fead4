noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = base/alloc.c base/alloc.h base/backoff.c base/backoff.h base/blob.c base/blob.h base/bytes.c base/bytes.h \
	base/log.c base/log.h base/outq.c base/outq.h base/pool.c base/pool.h base/reader.h \
	base/secret.c base/secret.h base/stream.c base/stream.h base/text_map.c base/text_map.h base/trusted_open.c base/trusted_open.h
