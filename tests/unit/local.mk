include tests/unit/rfb/local.mk
include tests/unit/rfb/encode/local.mk
include tests/unit/base/local.mk
include tests/unit/server/config/local.mk
include tests/unit/auth/local.mk
include tests/unit/framebuffer/local.mk
include tests/unit/input/local.mk
include tests/unit/server/attach/local.mk

dist_check_SCRIPTS += tests/unit/test_layers.sh tests/unit/data/test_units.sh
TESTS += tests/unit/test_layers.sh tests/unit/data/test_units.sh
include tests/unit/server/control/local.mk
include tests/unit/server/core/local.mk
include tests/unit/server/access/local.mk
include tests/unit/server/overlay/local.mk
include tests/unit/bench/local.mk
include tests/unit/server/session/local.mk
include tests/unit/server/etcd/local.mk
include tests/unit/server/cluster/local.mk
