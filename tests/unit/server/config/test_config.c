/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config.h"
#include "base/alloc.h"
#include "server/config_cluster.h"
#include "server/config_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Loads text as a file; what comes back in *error_r begins behind the file's name. */
static struct config *load(const char *text, char **error_r)
{
    char path[] = "/tmp/holdfast-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct config *c = NULL;
    char *error = NULL;
    int r = config_load(&c, path, &error);
    unlink(path);
    assert_true((r == 0) == (c != NULL) && (r == 0) == (error == NULL));
    *error_r = NULL;
    if (error) {
        assert_memory_equal(error, path, strlen(path));
        *error_r = alloc_text(error + strlen(path));
        free(error);
    }
    return c;
}

static struct config *load_good(const char *text)
{
    char *error;
    struct config *c = load(text, &error);
    if (error)
        fail_msg("%s", error);
    return c;
}

static void every_fault_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } rows[] = {
        /* names */
        {"nonsense = 1", ":1: unknown option 'nonsense'"},
        {"server {\n\n nonsense = 1 }", ":3: unknown option 'nonsense' in section server"},
        {"machine web1 { wheel = 1 }", ":1: unknown option 'wheel' in section machine"},
        {"Server { }", ":1: unknown option 'Server'"},
        /* contract of other versions */
        {"server { resume = 2m }", ":1: resume is not supported by this version"},
        {"server { api-token-file = \"/x\" }",
         ":1: api-token-file is not supported by this version"},
        {"# a\n/* b\n c */\ncluster { }",
         ":4: cluster: etcd is missing; etcd, node, advertise, ca, certificate and key are "
         "needed"},
        {"cluster { wheel = 1 }", ":1: unknown option 'wheel' in section cluster"},
        {"cluster {\n node = \"host/a\" }",
         ":2: node = \"host/a\": a node's name is 1 to 64 letters, digits, '.', '-' or '_' and "
         "begins with a letter or a digit"},
        {"cluster { node = \"-a\" }",
         ":1: node = \"-a\": a node's name is 1 to 64 letters, digits, '.', '-' or '_' and "
         "begins with a letter or a digit"},
        {"cluster {\n etcd = {\"http://a:1\",\n \"ftp://a\"} }",
         ":3: etcd = \"ftp://a\": an address of etcd is wanted, like "
         "\"https://10.0.0.5:2379\""},
        {"cluster { etcd = {\"http://a:1/v3\"} }",
         ":1: etcd = \"http://a:1/v3\": an address of etcd is wanted, like "
         "\"https://10.0.0.5:2379\""},
        {"cluster { etcd = {\"http://u:p@a:1\"} }",
         ":1: etcd = \"http://u:p@a:1\": an address of etcd is wanted, like "
         "\"https://10.0.0.5:2379\""},
        {"cluster {\n etcd = {\"http://a:1\",\n \"http://a:1\"} }",
         ":3: etcd = \"http://a:1\": it stands there twice"},
        {"cluster { advertise = \"host-a:5999\" }",
         ":1: advertise = \"host-a:5999\": the host must be a numeric address (IPv6 in "
         "brackets) or "
         "localhost: write "
         "\"127.0.0.1:5900\", \"[::1]:5900\" or \"unix:/path\""},
        {"cluster { advertise = \"0.0.0.0:5999\" }",
         ":1: advertise = \"0.0.0.0:5999\": an address and port are wanted that other hosts "
         "can "
         "dial, like \"10.0.0.1:5999\""},
        {"cluster { advertise = \"[::]:5999\" }",
         ":1: advertise = \"[::]:5999\": an address and port are wanted that other hosts can "
         "dial, like \"10.0.0.1:5999\""},
        {"cluster { advertise = \"10.0.0.1:0\" }",
         ":1: advertise = \"10.0.0.1:0\": an address and port are wanted that other hosts can "
         "dial, like \"10.0.0.1:5999\""},
        {"cluster { listen = \"unix:/run/x\" }",
         ":1: listen = \"unix:/run/x\": an address and port are wanted, like \"10.0.0.1:5999\" "
         "or \"0.0.0.0:5999\""},
        {"cluster { ca = ca.pem }", ":1: ca = \"ca.pem\": an absolute path is wanted, like "
                                    "\"/etc/holdfast/web1.pw\""},
        {"server { }\ncluster { etcd = {\"http://127.0.0.1:2379\"} node = a advertise = "
         "\"10.0.0.1:5999\" ca = \"/ca\" certificate = \"/c\" }",
         ":2: cluster: key is missing; etcd, node, advertise, ca, certificate and key are "
         "needed"},
        {"cluster { etcd = {\"http://127.0.0.1:2379\"} node = a advertise = "
         "\"10.0.0.1:5999\" ca = \"/ca\" certificate = \"/c\" key = \"/k\" user = u }",
         ":1: cluster: user needs its password-file"},
        {"cluster { etcd = {\"http://127.0.0.1:2379\"} node = a advertise = "
         "\"10.0.0.1:5999\" ca = \"/ca\" certificate = \"/c\" key = \"/k\"\n"
         " password-file = \"/p\" }",
         ":2: cluster: password-file needs its user"},
        {"listener mac {\n machine = \"web1\" }", ":2: listener \"mac\" has no address"},
        {"listener mac { address = \"unix:/a\" machine = \"a/b\" }",
         ":1: machine = \"a/b\": a machine's name has 1 to 255 bytes, no '/', no control "
         "characters and no '-' in front"},
        {"server { web = {\"127.0.0.1:6080\"} }", ":1: web is not supported by this version"},
        {"machine a { place = {\"libvirt:a\"} }",
         ":1: place = \"libvirt:a\": this is not supported by this version"},
        /* values */
        {"auth { methods = {vnc,\n telepathy} }",
         ":2: methods = \"telepathy\": a method is x509-plain, x509-vnc, x509-none, tls-plain, "
         "tls-vnc, tls-none, ra2, ra2ne, apple-dh, vnc, plain or none"},
        {"auth { pam-service = \"../x\" }",
         ":1: pam-service = \"../x\": a PAM service's name is that of a file in /etc/pam.d"},
        {"auth { pam-session = perhaps }", ":1: pam-session = \"perhaps\": it is yes or no"},
        {"tls { priority = \"BEST\" }",
         ":1: priority = \"BEST\": this is none of GnuTLS's priority strings"},
        {"tls { client-name = serial }", ":1: client-name = \"serial\": a user's name is the "
                                         "certificate's cn, uid or email"},
        {"tls { client-name = \"cn@\" }",
         ":1: client-name = \"cn@\": behind the @ stands one domain"},
        {"machine a {\n allow = {\"alice:drive\",\n \"bob\"} }",
         ":3: allow = \"bob\": has no colon: it must be like \"alice:drive\""},
        {"machine a {\n allow = {\"alice:drive\",\n \"alice:watch\"} }",
         ":3: allow = \"alice:watch\": is about someone whom another rule names"},
        {"machine \"*\" { allow = {\":watch\"} }",
         ":1: allow = \":watch\": names nobody before its colon"},
        {"machine \"*\" {\n sharing = twice }",
         ":2: sharing = \"twice\": it is single, free or watch"},
        {"machine a { exclusive = yes }", ":1: exclusive = \"yes\": it is ignore or refuse"},
        {"machine a { hot-key = q }",
         ":1: hot-key = \"q\": it is ctrl, shift, alt, super or none"},
        {"listener mac { address = \"127.0.0.1:5902\" dialect = pear }",
         ":1: dialect = \"pear\": it is rfb or apple"},
        {"listener mac { address = \"127.0.0.1:5902\" proxy-from = {\"10.0.0.1/24\"} }",
         ":1: proxy-from = \"10.0.0.1/24\": a numeric address or network is wanted, like "
         "\"10.0.0.7\" or \"10.0.0.0/24\""},
        {"auth { handshake = 20 }", ":1: handshake = \"20\": a duration is a number with ms, "
                                    "s, m, h or d, like 30s (at most 10000d)"},
        {"auth { max-pending = 0 }",
         ":1: max-pending = \"0\": a number from 1 to 1000000 is wanted"},
        {"auth { max-pending = -1 }",
         ":1: max-pending = \"-1\": a number from 1 to 1000000 is wanted"},
        {"server { control = x.sock }", ":1: control = \"x.sock\": an absolute path is wanted, "
                                        "like \"/etc/holdfast/web1.pw\""},
        {"server { control-group = \"a b\" }",
         ":1: control-group = \"a b\": a group's name or number is wanted"},
        {"machine a { keymap = klingon }",
         ":1: keymap = \"klingon\": xkb knows no such layout (it is named like us, gb, de or "
         "\"de(nodeadkeys)\")"},
        {"machine a { resize = sometimes }",
         ":1: resize = \"sometimes\": it is driver or never"},
        {"machine a { place = {\"qmp:x\"} }",
         ":1: place = \"qmp:x\": an absolute path is wanted, like \"/etc/holdfast/web1.pw\""},
        {"machine a { place = {\"tape:x\"} }",
         ":1: place = \"tape:x\": a place is \"qmp:/path/of/socket\" or \"pattern:1280x800\""},
        {"server { listen = {\"unix:/a\",\n \"5900\"} }",
         ":2: listen = \"5900\": this is no address and port: write \"127.0.0.1:5900\", "
         "\"[::1]:5900\" or "
         "\"unix:/path\""},
        {"machine \"\" { }", ":1: machine \"\": a machine's name has 1 to 255 bytes, no '/', "
                             "no control characters and no '-' in front"},
        {"machine \"uuid:12\" { }", ":1: machine \"uuid:12\": a UUID looks like "
                                    "\"uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427\""},
        {"machine \"*\" {\n place = {\"pattern:8x8\"} }",
         ":2: machine \"*\": place and listen belong to one machine, not to all"},
        /* structure */
        {"server {\n listen = {", ":2: the file ends inside a list: '}' is missing"},
        {"server {\n",
         ":2: the file ends inside the section that begins in line 1: '}' is missing"},
        {"auth { }\nauth { }", ":2: section 'auth' stands here twice"},
        {"auth { handshake = 1s handshake = 2s }", ":1: option 'handshake' stands here twice"},
        {"machine { }", ":1: missing title for section 'machine'"},
        {"machine * { }", ":1: '*' must stand inside quotes"},
        {"server { control = ${HOME} }", ":1: '$' must stand inside quotes"},
        {"server x { }", ":1: missing opening brace for section 'server'"},
        /* what needs the whole file */
        {"# first\nserver { listen = {\"127.0.0.1:0\"} }",
         ":2: listen on 127.0.0.1:0 needs a method: write auth { methods = {x509-plain} } for "
         "the accounts of this host, or auth { methods = {none} } to let everybody in"},
        {"machine a {\n listen = {\"unix:/a\",\n\"[::1]:1\"} }",
         ":3: listen on [::1]:1 needs a method: write auth { methods = {x509-plain} } for the "
         "accounts of this host, or auth { methods = {none} } to let everybody in"},
        {"server {\n listen = {\"127.0.0.1:1\",\n \"0.0.0.0:1\"} }\nauth { methods = {plain} }",
         ":3: listen on 0.0.0.0:1: of the methods none can be offered there; plain is for "
         "loopback and Unix sockets, write tls-plain or x509-plain"},
        {"tls {\n certificate = \"/x\" }", ":2: tls: certificate needs its key"},
        {"tls { key = \"/x\" }", ":1: tls: key needs its certificate"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *error;
        struct config *c = load(rows[i].text, &error);
        assert_null(c);
        assert_string_equal(error, rows[i].error);
        free(error);
    }
}

static void a_missing_file_is_told_by_its_name(void **state)
{
    (void)state;
    struct config *c = NULL;
    char *error = NULL;
    assert_int_equal(config_load(&c, "/nonexistent/holdfast.conf", &error), -ENOENT);
    assert_string_equal(error, "/nonexistent/holdfast.conf: No such file or directory");
    free(error);
}

static void nothing_configured_is_a_unix_socket(void **state)
{
    (void)state;
    struct config *c = load_good("");
    assert_int_equal(c->listen.n, 1);
    assert_memory_equal(c->listen.items[0], "unix:/", 6);
    assert_int_equal(c->methods.n, 1);
    assert_string_equal(c->methods.items[0], "none");
    assert_null(c->control_group);
    assert_null(c->discover_qmp);
    assert_true(c->listener_idle_us == 30000000 && c->handshake_us == 20000000);
    assert_true(c->max_pending == 512 && c->max_pending_per_address == 64);
    assert_string_equal(config_machine(c, "any", NULL)->keymap, "us");
    assert_true(config_machine(c, "any", NULL)->allow_resize);
    const struct machine_config *any = config_machine(c, "any", NULL);
    assert_int_equal(any->max_viewers, 0);
    assert_int_equal(any->max_viewers_per_user, 0);
    assert_int_equal(any->sharing, SHARING_SINGLE);
    assert_false(any->exclusive_refuse);
    assert_null(any->rules);
    assert_true(any->linger_us == 600000000 && any->ask_us == 5000000);
    assert_true(any->idle_release_us == 0 && any->hot_key_time_us == 600000);
    assert_string_equal(any->hot_key, "ctrl");
    assert_true(c->history_us == UINT64_C(90) * 86400000000);
    assert_true(c->idle_us == 0 && c->max_time_us == 0);
    assert_string_equal(c->pam_service, "holdfast");
    assert_false(c->pam_session);
    assert_null(c->user);
    assert_null(c->tls_certificate);
    assert_int_equal(c->tls_client_name.field, CLIENT_NAME_CN);
    assert_int_equal(c->warnings.n, 0);
    config_free(&c);
    assert_null(c);
}

static void sockets_lie_where_the_user_may_write(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        struct config *c = config_builtin();
        assert_string_equal(c->listen.items[0], "unix:/run/holdfast/rfb.sock");
        assert_string_equal(c->control, "/run/holdfast/control.sock");
        assert_string_equal(c->state, "/var/lib/holdfast/holdfast.db");
        config_free(&c);
        return;
    }
    setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    struct config *c = config_builtin();
    assert_string_equal(c->listen.items[0], "unix:/run/user/7/holdfast/rfb.sock");
    assert_string_equal(c->control, "/run/user/7/holdfast/control.sock");
    assert_string_equal(c->state, "/run/user/7/holdfast/holdfast.db");
    config_free(&c);
}

static void a_daemon_that_became_another_user_finds_what_it_found(void **state)
{
    (void)state;
    struct config *before = config_builtin();
    if (geteuid() == 0)
        assert_int_equal(seteuid(65534), 0);
    struct config *after = config_builtin();
    assert_int_equal(seteuid(getuid()), 0);
    assert_string_equal(after->listen.items[0], before->listen.items[0]);
    assert_string_equal(after->control, before->control);
    assert_string_equal(after->state, before->state);
    config_free(&before);
    config_free(&after);
}

static void every_option_reaches_its_field(void **state)
{
    (void)state;
    struct config *c =
        load_good("server {\n"
                  "  listen = {\"0.0.0.0:5900\", \"[::]:5900\", \"unix:/x${HOME}\"}\n"
                  "  control = /run/c//sock\n"
                  "  control-group = vnc\n"
                  "  listener-idle = 500ms\n"
                  "}\n"
                  "auth { methods = {vnc, none} handshake = 2m max-pending = 7\n"
                  "  max-pending-per-address = 3 }\n"
                  "discover { qmp = \"/run/holdfast/qmp\" }\n"
                  "machine web1 {\n"
                  "  place = {\"qmp:/run/vm/web1.sock\", \"pattern:64x48\"}\n"
                  "  listen = {\"localhost:5901\"}\n"
                  "  password-file = \"/etc/pw\"\n"
                  "  keymap = \"de(nodeadkeys)\"\n"
                  "  resize = never\n"
                  "  max-viewers = 12\n"
                  "}\n");
    assert_int_equal(c->listen.n, 3);
    assert_string_equal(c->listen.items[2], "unix:/x${HOME}");
    assert_string_equal(c->control, "/run/c//sock");
    assert_string_equal(c->control_group, "vnc");
    assert_true(c->listener_idle_us == 500000 && c->handshake_us == 120000000);
    assert_int_equal(c->methods.n, 2);
    assert_string_equal(c->methods.items[1], "none");
    assert_true(c->max_pending == 7 && c->max_pending_per_address == 3);
    assert_string_equal(c->discover_qmp, "/run/holdfast/qmp");
    assert_int_equal(c->n_machines, 1);
    const struct machine_config *m = &c->machines[0];
    assert_string_equal(m->name, "web1");
    assert_int_equal(m->places.n, 2);
    assert_string_equal(m->places.items[1], "pattern:64x48");
    assert_string_equal(m->listen.items[0], "localhost:5901");
    assert_string_equal(m->password_file, "/etc/pw");
    assert_string_equal(m->keymap, "de(nodeadkeys)");
    assert_false(m->allow_resize);
    assert_int_equal(m->max_viewers, 12);
    config_free(&c);
}

static void options_about_people_reach_their_fields(void **state)
{
    (void)state;
    struct config *c = load_good(
        "server { user = holdfast state = /s audit = /a history = 1d }\n"
        "tls { certificate = /c key = /k client-ca = /ca priority = NORMAL\n"
        "  client-name = email@example.org }\n"
        "auth { methods = {x509-plain, ra2} pam-service = other pam-session = yes idle = 1h\n"
        "  max-time = 8h }\n"
        "machine \"*\" { allow = {\"*:watch\"} hot-key = super }\n"
        "machine a { allow = {\"alice:drive\", \"@ops:admin\"} sharing = free linger = 1m\n"
        "  exclusive = refuse max-viewers-per-user = 2 ask = 6s idle-release = 7m\n"
        "  hot-key-time = 700ms hold-time = 8s hold-events = 9 }\n"
        "machine b { sharing = watch }\n"
        "listener mac { address = \"127.0.0.1:5902\" dialect = apple\n"
        "  proxy-from = {\"10.0.0.7\", \"2001:db8::/32\"} }\n");
    assert_string_equal(c->user, "holdfast");
    assert_string_equal(c->state, "/s");
    assert_string_equal(c->audit, "/a");
    assert_true(c->history_us == 86400000000);
    assert_string_equal(c->tls_certificate, "/c");
    assert_string_equal(c->tls_key, "/k");
    assert_string_equal(c->tls_client_ca, "/ca");
    assert_string_equal(c->tls_priority, "NORMAL");
    assert_int_equal(c->tls_client_name.field, CLIENT_NAME_EMAIL);
    assert_string_equal(c->tls_client_name.domain, "example.org");
    assert_string_equal(c->pam_service, "other");
    assert_true(c->pam_session);
    assert_true(c->idle_us == 3600000000 && c->max_time_us == 28800000000);
    const struct machine_config *a = config_machine(c, "a", NULL),
                                *b = config_machine(c, "b", NULL);
    assert_int_equal(rules_role(a->rules, "alice", NULL, 0), ROLE_DRIVE);
    assert_int_equal(rules_role(a->rules, "bob", NULL, 0), ROLE_NONE);
    assert_int_equal(rules_role(b->rules, "bob", NULL, 0), ROLE_WATCH);
    assert_int_equal(rules_role(c->defaults.rules, "bob", NULL, 0), ROLE_WATCH);
    assert_int_equal(a->sharing, SHARING_FREE);
    assert_int_equal(b->sharing, SHARING_WATCH);
    assert_true(a->linger_us == 60000000 && a->ask_us == 6000000);
    assert_true(a->idle_release_us == 420000000 && a->hot_key_time_us == 700000);
    assert_true(a->exclusive_refuse && !b->exclusive_refuse);
    assert_true(a->max_viewers_per_user == 2 && a->hold_events == 9);
    assert_true(a->hold_time_us == 8000000);
    assert_string_equal(a->hot_key, "super");
    assert_true(c->listeners[0].apple);
    assert_int_equal(c->listeners[0].proxy_from.n, 2);
    config_free(&c);
}

static const char cluster_text[] =
    "cluster {\n etcd = {\"http://127.0.0.1:2379\", \"https://etcd2:2379/\"}\n"
    " node = host-a.example advertise = \"[fd00::1]:5999\" listen = \"[::]:5999\"\n"
    " ca = /ca certificate = /c key = /k user = holdfast password-file = /p }\n";

static void the_section_cluster_reaches_its_fields(void **state)
{
    (void)state;
    struct config *c = load_good(cluster_text);
    assert_int_equal(c->cluster_etcd.n, 2);
    assert_string_equal(c->cluster_etcd.items[1], "https://etcd2:2379/");
    assert_string_equal(c->cluster_node, "host-a.example");
    assert_string_equal(c->cluster_advertise, "[fd00::1]:5999");
    assert_string_equal(c->cluster_listen, "[::]:5999");
    assert_string_equal(c->cluster_ca, "/ca");
    assert_string_equal(c->cluster_certificate, "/c");
    assert_string_equal(c->cluster_key, "/k");
    assert_string_equal(c->cluster_user, "holdfast");
    assert_string_equal(c->cluster_password_file, "/p");
    assert_int_equal(c->warnings.n, 0);
    config_free(&c);
}

static void a_node_listens_where_it_says_and_etcd_in_the_clear_is_warned_about(void **state)
{
    (void)state;
    struct config *c = load_good("\ncluster { etcd = {\"http://10.0.0.5:2379\"} node = a\n"
                                 " advertise = \"10.0.0.1:5999\" ca = /ca certificate = /c\n"
                                 " key = /k }\n");
    assert_string_equal(c->cluster_listen, "10.0.0.1:5999");
    assert_null(c->cluster_user);
    assert_int_equal(c->warnings.n, 1);
    assert_non_null(strstr(c->warnings.items[0], ":4: etcd = http://10.0.0.5:2379: what nodes "
                                                 "keep there can be read"));
    config_free(&c);
    c = load_good("");
    assert_null(c->cluster_node);
    assert_null(c->cluster_listen);
    config_free(&c);
}

static void the_section_cluster_stays_as_it_was_until_a_restart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool other;
    } rows[] = {
        {cluster_text, false},
        {"", true},
        {"cluster { etcd = {\"http://127.0.0.1:2379\"} node = host-b advertise = "
         "\"[fd00::1]:5999\" ca = /ca certificate = /c key = /k }\n",
         true},
    };
    struct config *before = load_good(cluster_text);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct config *c = load_good(rows[i].text);
        assert_int_equal(config_cluster_keep(before, c), rows[i].other);
        assert_int_equal(c->cluster_etcd.n, 2);
        assert_string_equal(c->cluster_node, "host-a.example");
        assert_string_equal(c->cluster_password_file, "/p");
        config_free(&c);
    }
    struct config *alone = load_good("");
    assert_true(config_cluster_keep(alone, before));
    assert_null(before->cluster_node);
    config_free(&alone);
    config_free(&before);
}

static void an_empty_list_replaces_the_default(void **state)
{
    (void)state;
    struct config *c = load_good("server { listen = {} }");
    assert_int_equal(c->listen.n, 0);
    config_free(&c);
}

static void a_machines_own_key_replaces_the_default_whole(void **state)
{
    (void)state;
    struct config *c =
        load_good("machine a { keymap = gb }\n"
                  "machine \"*\" { keymap = de max-viewers = 4 password-file = \"/star\" }\n"
                  "machine b { max-viewers = 9 }\n");
    assert_int_equal(c->n_machines, 2);
    const struct machine_config *a = config_machine(c, "a", NULL),
                                *b = config_machine(c, "b", NULL);
    assert_string_equal(a->keymap, "gb");
    assert_int_equal(a->max_viewers, 4);
    assert_string_equal(a->password_file, "/star");
    assert_string_equal(b->keymap, "de");
    assert_int_equal(b->max_viewers, 9);
    assert_ptr_equal(config_machine(c, "c", NULL), &c->defaults);
    assert_string_equal(config_machine(c, "c", NULL)->keymap, "de");
    config_free(&c);
}

static void a_machine_is_found_by_name_then_by_uuid(void **state)
{
    (void)state;
    static const uint8_t uuid[16] = {0x1b, 0x4e, 0x28, 0xba, 0x2f, 0xa1, 0x11, 0xd2,
                                     0x88, 0x3f, 0x00, 0x16, 0xd3, 0xcc, 0xa4, 0x27};
    static const uint8_t other[16] = {1};
    struct config *c =
        load_good("machine \"uuid:1B4E28BA-2fa1-11d2-883f-0016d3cca427\" { max-viewers = 2 }\n"
                  "machine a { max-viewers = 3 }\n");
    assert_int_equal(config_machine(c, "x", uuid)->max_viewers, 2);
    assert_int_equal(config_machine(c, "a", uuid)->max_viewers, 3);
    assert_int_equal(config_machine(c, NULL, uuid)->max_viewers, 2);
    assert_ptr_equal(config_machine(c, "x", other), &c->defaults);
    assert_ptr_equal(config_machine(c, "x", NULL), &c->defaults);
    config_free(&c);
}

static void what_is_open_to_everybody_is_warned_about(void **state)
{
    (void)state;
    struct config *c = load_good(
        "server {\n listen = {\"127.0.0.1:1\",\n \"0.0.0.0:2\"} }\nauth { methods = {none} }");
    assert_int_equal(c->warnings.n, 1);
    assert_non_null(
        strstr(c->warnings.items[0], ":3: method none: everybody who reaches 0.0.0.0:2 "));
    config_free(&c);
    c = load_good("auth { methods = {vnc} }");
    assert_int_equal(c->warnings.n, 1);
    assert_non_null(strstr(c->warnings.items[0], "no machine has a password-file"));
    config_free(&c);
}

/* What stands in warnings about one method on a public address. */
static void methods_that_do_not_protect_are_warned_about(void **state)
{
    (void)state;
    static const struct {
        const char *method, *tls, *warning;
    } rows[] = {
        {"ra2ne", "", "method ra2ne: sessions on 0.0.0.0:2 are not encrypted"},
        {"apple-dh", "", "method apple-dh: sessions on 0.0.0.0:2 are not encrypted"},
        {"plain", "", "method plain is not offered on 0.0.0.0:2"},
        {"tls-none", "", "method tls-none: everybody who reaches 0.0.0.0:2"},
        {"x509-none", "", "method x509-none: everybody who reaches 0.0.0.0:2"},
        {"x509-none", "client-ca = /ca", NULL},
        {"x509-plain", "", NULL},
        {"tls-plain", "", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = alloc_printf("server { listen = {\"0.0.0.0:2\"} }\ntls { %s }\n"
                                  "auth { methods = {ra2, %s} }",
                                  rows[i].tls, rows[i].method);
        struct config *c = load_good(text);
        assert_int_equal(c->warnings.n, rows[i].warning != NULL);
        if (rows[i].warning)
            assert_non_null(strstr(c->warnings.items[0], rows[i].warning));
        config_free(&c);
        free(text);
    }
}

/* The sample, and the sample with what it comments out. */
static void the_sample_file_is_good(void **state)
{
    (void)state;
    const char *top = getenv("top_srcdir");
    char *path = alloc_printf("%s/data/holdfast.conf", top ? top : "."), *error = NULL;
    struct config *c = NULL;
    assert_int_equal(config_load(&c, path, &error), 0);
    assert_int_equal(c->warnings.n, 0);
    config_free(&c);
    char *text = alloc_zero(65536, 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    for (char *p = text; (p = strchr(p, '#')); p++)
        if (p[1] != ' ')
            *p = ' ';
    c = load_good(text);
    assert_int_equal(c->n_machines, 1);
    assert_true(c->handshake_us == 20000000 && c->listener_idle_us == 30000000 &&
                c->max_pending == 512);
    assert_string_equal(c->control, "/run/holdfast/control.sock");
    config_free(&c);
    free(text);
    free(path);
}

static bool manual_has(const char *text, const char *name)
{
    char *item = alloc_printf("\n.It Cm %s\n", name);
    bool has = strstr(text, item) != NULL;
    free(item);
    return has;
}

static void the_manual_has_every_option(void **state)
{
    (void)state;
    const char *top = getenv("top_srcdir");
    char *path = alloc_printf("%s/docs/holdfast.conf.5", top ? top : "."),
         *text = alloc_zero(65536, 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_true(fread(text, 1, 65535, f) > 0);
    fclose(f);
    for (const struct config_section *s = config_sections; s->name; s++)
        for (const struct config_option *o = s->options; o && o->name; o++)
            assert_int_equal(manual_has(text, o->name), o->kind != NULL);
    free(text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_told_with_its_line),
        cmocka_unit_test(a_missing_file_is_told_by_its_name),
        cmocka_unit_test(nothing_configured_is_a_unix_socket),
        cmocka_unit_test(sockets_lie_where_the_user_may_write),
        cmocka_unit_test(a_daemon_that_became_another_user_finds_what_it_found),
        cmocka_unit_test(every_option_reaches_its_field),
        cmocka_unit_test(options_about_people_reach_their_fields),
        cmocka_unit_test(the_section_cluster_reaches_its_fields),
        cmocka_unit_test(a_node_listens_where_it_says_and_etcd_in_the_clear_is_warned_about),
        cmocka_unit_test(the_section_cluster_stays_as_it_was_until_a_restart),
        cmocka_unit_test(an_empty_list_replaces_the_default),
        cmocka_unit_test(a_machines_own_key_replaces_the_default_whole),
        cmocka_unit_test(a_machine_is_found_by_name_then_by_uuid),
        cmocka_unit_test(what_is_open_to_everybody_is_warned_about),
        cmocka_unit_test(methods_that_do_not_protect_are_warned_about),
        cmocka_unit_test(the_sample_file_is_good),
        cmocka_unit_test(the_manual_has_every_option),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
