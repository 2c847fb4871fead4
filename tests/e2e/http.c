/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/http.h"
#include "tests/e2e/trial.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t on_data(char *data, size_t one, size_t size, void *self)
{
    struct http_answer *answer = self;
    char *body = realloc(answer->body, answer->size + size + 1);

    (void)one;
    if (!body)
        abort();
    memcpy(body + answer->size, data, size);
    answer->body = body;
    answer->size += size;
    body[answer->size] = 0;
    return size;
}

static CURL *prepare(const char *socket_path, const char *method, const char *url,
                     struct http_answer *answer)
{
    CURL *curl = curl_easy_init();

    if (!curl)
        abort();
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    return curl;
}

struct http_answer http_ask(struct trial *trial, const char *socket_path, const char *method,
                            const char *path, const char *body)
{
    struct http_answer answer = {.body = calloc(1, 1)};
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    char url[1024];

    snprintf(url, sizeof(url), "http://localhost%s", path);
    CURL *curl = prepare(socket_path, method, url, &answer);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    trial_on_end(trial, free, answer.body);
    return answer;
}
