/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports addresses as a patched POP3 server does: client HOST VERSION TRANSPORT ADDRESS...
 * Prints one line for each address: the number of the answer, or what went wrong. The address "null" calls procedure 0.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "relay.h"

static int print(CLIENT *client, enum clnt_stat status, int answer)
{
    if (status != RPC_SUCCESS) {
        printf("%s\n", clnt_sperror(client, "error"));
        return 1;
    }
    printf("%d\n", answer);
    return 0;
}

static int add(CLIENT *client, int version, const char *text)
{
    struct timeval timeout = { 25, 0 };
    struct in_addr ipv4;
    struct ipv4_client first;
    struct ipv6_client second;
    answer result = UNKNOWN_TROUBLE;
    enum clnt_stat status;

    if (strcmp(text, "null") == 0) {
        status = clnt_call(client, NULLPROC, (xdrproc_t) xdr_void, NULL, (xdrproc_t) xdr_void, NULL, timeout);
        return print(client, status, 0);
    }
    if (version == RELAY_CONTROL_IPV4 && inet_pton(AF_INET, text, &ipv4) == 1) {
        first.address = ntohl(ipv4.s_addr);
        status = clnt_call(client, ADD_IPV4, (xdrproc_t) xdr_ipv4_client, (caddr_t) &first,
                           (xdrproc_t) xdr_answer, (caddr_t) &result, timeout);
    } else if (version != RELAY_CONTROL_IPV4 && inet_pton(AF_INET6, text, second.octets) == 1) {
        status = clnt_call(client, ADD_IPV6, (xdrproc_t) xdr_ipv6_client, (caddr_t) &second,
                           (xdrproc_t) xdr_answer, (caddr_t) &result, timeout);
    } else {
        printf("error: no address: %s\n", text);
        return 1;
    }
    return print(client, status, result);
}

int main(int argc, char **argv)
{
    CLIENT *client;
    int i, failures = 0;

    if (argc < 5) {
        fprintf(stderr, "usage: client HOST VERSION TRANSPORT ADDRESS...\n");
        return 2;
    }
    client = clnt_create(argv[1], RELAY_CONTROL, atoi(argv[2]), argv[3]);
    if (client == NULL) {
        printf("%s\n", clnt_spcreateerror("error"));
        return 1;
    }
    for (i = 4; i < argc; i++) {
        failures += add(client, atoi(argv[2]), argv[i]);
    }
    clnt_destroy(client);
    return failures != 0;
}
