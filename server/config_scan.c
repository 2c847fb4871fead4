/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_scan.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "server/text_list.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum token {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_EQUAL,
    TOKEN_COMMA,
    TOKEN_BAD
};

struct scan {
    const char *at, *end;
    int line;
    struct bytes out;  /* plain text */
    struct bytes word; /* the last word or string, zero-terminated */
    char *why;         /* set with TOKEN_BAD */
    char *statement;   /* the words before '=' or '{', or NULL */
    bool value, in_list, in_section;
    int section_line;
    struct text_list seen_sections, seen_options;
};

static enum token bad(struct scan *s, char *why)
{
    free(s->why);
    s->why = why;
    return TOKEN_BAD;
}

static bool follows(const struct scan *s, const char *what)
{
    size_t n = strlen(what);
    return (size_t)(s->end - s->at) >= n && memcmp(s->at, what, n) == 0;
}

static void skip_line(struct scan *s)
{
    while (s->at < s->end && *s->at != '\n')
        s->at++;
}

static void newline(struct scan *s)
{
    s->line++;
    bytes_put_u8(&s->out, '\n');
}

static bool skip_comment(struct scan *s)
{
    int line = s->line;
    for (s->at += 2; s->at < s->end; s->at++) {
        if (follows(s, "*/")) {
            s->at += 2;
            return true;
        }
        if (*s->at == '\n')
            newline(s);
    }
    bad(s, alloc_printf("the comment that begins in line %d has no end", line));
    return false;
}

/* False (and why) when a comment does not end. */
static bool skip_blank(struct scan *s)
{
    while (s->at < s->end) {
        if (*s->at == '#' || follows(s, "//"))
            skip_line(s);
        else if (follows(s, "/*")) {
            if (!skip_comment(s))
                return false;
        } else if (*s->at == '\n') {
            newline(s);
            s->at++;
        } else if (*s->at == ' ' || *s->at == '\t' || *s->at == '\r')
            s->at++;
        else
            break;
    }
    return true;
}

static enum token take_string(struct scan *s)
{
    char quote = *s->at++;
    for (; s->at < s->end && *s->at != '\n'; s->at++) {
        if (*s->at == quote) {
            s->at++;
            return TOKEN_WORD;
        }
        if (*s->at == '\\') {
            if (s->at + 1 == s->end || (s->at[1] != '\\' && s->at[1] != quote))
                return bad(s,
                           alloc_printf("in a string, \\ stands before \\ or %c only", quote));
            s->at++;
        }
        if (iscntrl((unsigned char)*s->at) && *s->at != '\t')
            return bad(s, alloc_text("a string holds a control character"));
        bytes_put_u8(&s->word, (uint8_t)*s->at);
    }
    return bad(s, alloc_printf("a string is not closed: %c is missing", quote));
}

static bool plain(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 0x80 || isalnum(u) || (u && strchr("_-.:/@%[]", u));
}

static enum token take_word(struct scan *s)
{
    while (s->at < s->end && plain(*s->at))
        bytes_put_u8(&s->word, (uint8_t)*s->at++);
    unsigned char next = s->at < s->end ? (unsigned char)*s->at : ' ';
    if (next == ';')
        return bad(s, alloc_text("';' has no place here: settings end without one"));
    if (next && strchr(" \t\r\n{}=,", next))
        return TOKEN_WORD;
    if (iscntrl(next))
        return bad(s, alloc_printf("byte 0x%02x is not text", next));
    return bad(s, alloc_printf("'%c' must stand inside quotes", next));
}

static enum token next_token(struct scan *s)
{
    static const char marks[] = "{}=,";
    static const enum token tokens[] = {TOKEN_OPEN, TOKEN_CLOSE, TOKEN_EQUAL, TOKEN_COMMA};
    bytes_clear(&s->word);
    if (!skip_blank(s))
        return TOKEN_BAD;
    if (s->at == s->end)
        return TOKEN_END;
    const char *mark = *s->at ? strchr(marks, *s->at) : NULL;
    if (mark) {
        s->at++;
        return tokens[mark - marks];
    }
    enum token t = *s->at == '"' || *s->at == '\'' ? take_string(s) : take_word(s);
    bytes_put_u8(&s->word, 0);
    return t;
}

static void put_word(struct scan *s)
{
    bytes_put_u8(&s->out, '\'');
    for (const char *p = (const char *)s->word.data; *p; p++) {
        if (*p == '\'' || *p == '\\')
            bytes_put_u8(&s->out, '\\');
        bytes_put_u8(&s->out, (uint8_t)*p);
    }
    bytes_put(&s->out, "' ", 2);
}

static void end_statement(struct scan *s)
{
    free(s->statement);
    s->statement = NULL;
    s->value = s->in_list = false;
}

static bool on_word(struct scan *s)
{
    put_word(s);
    if (s->value && !s->in_list) {
        end_statement(s);
    } else if (!s->value) {
        char *before = s->statement;
        s->statement = before ? alloc_printf("%s %s", before, (char *)s->word.data)
                              : alloc_text((char *)s->word.data);
        free(before);
    }
    return true;
}

static bool once(struct scan *s, struct text_list *seen, const char *what)
{
    const char *name = s->statement ? s->statement : "";
    if (text_list_has(seen, name)) {
        bad(s, alloc_printf("%s '%s' stands here twice", what, name));
        return false;
    }
    text_list_add(seen, name);
    return true;
}

static bool on_equal(struct scan *s)
{
    bytes_put_u8(&s->out, '=');
    s->value = true;
    return once(s, &s->seen_options, "option");
}

static bool on_open(struct scan *s)
{
    bytes_put_u8(&s->out, '{');
    if (s->value) {
        s->in_list = true;
        return true;
    }
    if (s->in_section) {
        bad(s, alloc_printf(
                   "no section stands inside a section: '}' is missing, or '=' before '{'"));
        return false;
    }
    s->in_section = true;
    s->section_line = s->line;
    text_list_fini(&s->seen_options);
    bool ok = once(s, &s->seen_sections, "section");
    end_statement(s);
    return ok;
}

static bool on_close(struct scan *s)
{
    bytes_put_u8(&s->out, '}');
    if (!s->in_list) {
        if (!s->in_section) {
            bad(s, alloc_text("'}' closes nothing"));
            return false;
        }
        s->in_section = false;
    }
    end_statement(s);
    return true;
}

static bool on_comma(struct scan *s)
{
    bytes_put_u8(&s->out, ',');
    if (!s->in_list)
        bad(s, alloc_text("',' stands in lists only, like {a, b}"));
    return s->in_list;
}

static bool on_end(struct scan *s)
{
    if (s->in_list)
        bad(s, alloc_text("the file ends inside a list: '}' is missing"));
    else if (s->in_section)
        bad(s, alloc_printf(
                   "the file ends inside the section that begins in line %d: '}' is missing",
                   s->section_line));
    else if (s->statement)
        bad(s, alloc_printf("the file ends behind '%s'", s->statement));
    return !s->why;
}

static bool scan_all(struct scan *s)
{
    static bool (*const on_token[])(struct scan *) = {
        [TOKEN_WORD] = on_word,   [TOKEN_OPEN] = on_open,   [TOKEN_CLOSE] = on_close,
        [TOKEN_EQUAL] = on_equal, [TOKEN_COMMA] = on_comma, [TOKEN_END] = on_end,
    };
    for (;;) {
        enum token t = next_token(s);
        if (t == TOKEN_BAD || !on_token[t](s))
            return false;
        if (t == TOKEN_END)
            return true;
    }
}

char *config_scan(const char *text, size_t n, int *line_r, char **why_r)
{
    struct scan s = {.at = text, .end = text + n, .line = 1};
    bytes_init(&s.out, SIZE_MAX);
    bytes_init(&s.word, SIZE_MAX);
    char *plain_text = NULL;
    if (scan_all(&s)) {
        bytes_put_u8(&s.out, 0);
        plain_text = alloc_text((char *)s.out.data);
    } else {
        *line_r = s.line;
        *why_r = s.why;
    }
    end_statement(&s);
    text_list_fini(&s.seen_sections);
    text_list_fini(&s.seen_options);
    bytes_fini(&s.word);
    bytes_fini(&s.out);
    return plain_text;
}
