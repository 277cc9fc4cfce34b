// SPDX-License-Identifier: GPL-2.0-or-later
/* threads N [PROGRAM]: N threads, one after the other; then the program, from a thread that is not the first. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *nothing(void *p) { return p; }

static void *become(void *p)
{
	execl(p, p, (char *)NULL);
	perror(p);
	exit(1);
}

int main(int argc, char **argv)
{
	pthread_t t;

	for (int i = argc > 1 ? atoi(argv[1]) : 0; i > 0; i--) {
		if (pthread_create(&t, NULL, nothing, NULL))
			return 1;
		pthread_join(t, NULL);
	}
	if (argc > 2 && !pthread_create(&t, NULL, become, argv[2]))
		pause();
	return 0;
}
