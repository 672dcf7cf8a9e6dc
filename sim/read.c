// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/read.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_FIRST_BYTES = 64 << 10, /* where the size says nothing; it doubles as it fills */
	READ_LOOK_MS = 50,	     /* between two looks at the flag */
};

/* Wait for bytes or for the end of the file. */
static int wait_for_bytes(int fd, const volatile int *stop)
{
	struct pollfd look = { .fd = fd, .events = POLLIN };
	int ret;

	do {
		if (stop && __atomic_load_n(stop, __ATOMIC_RELAXED))
			return -EINTR;
		ret = poll(&look, 1, READ_LOOK_MS);
	} while (!ret || (ret < 0 && errno == EINTR));
	return ret < 0 ? -errno : 0;
}

/* Make room behind @len bytes, if there is none. */
static int make_room(void **bytes, size_t *room, size_t len, size_t most)
{
	size_t more = *room > most / 2 ? most : *room * 2;
	void *moved;

	if (len < *room)
		return 0;
	moved = realloc(*bytes, more);
	if (!moved)
		return -ENOMEM;
	*bytes = moved;
	*room = more;
	return 0;
}

static int read_to_end(int fd, size_t room, size_t most, const volatile int *stop, void **bytes,
		       size_t *len)
{
	ssize_t ret;
	int err;

	*len = 0;
	*bytes = malloc(room);
	if (!*bytes)
		return -ENOMEM;
	while (*len < most) {
		err = make_room(bytes, &room, *len, most);
		if (!err)
			err = wait_for_bytes(fd, stop);
		if (err)
			return err;
		ret = read(fd, (char *)*bytes + *len, room - *len);
		if (ret < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (ret < 0)
			return -errno;
		if (!ret)
			return 0;
		*len += (size_t)ret;
	}
	return 0;
}

int sim_read(const char *path, size_t most, const volatile int *stop, void **bytes, size_t *len)
{
	/* So that opening a FIFO does not wait where no flag is looked at. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY), err;
	size_t room = READ_FIRST_BYTES;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		err = -errno;
	} else if (S_ISDIR(st.st_mode)) {
		err = -EISDIR;
	} else {
		/* One byte more, so that the end is found without doubling. */
		if ((size_t)st.st_size >= room)
			room = (size_t)st.st_size + 1;
		err = read_to_end(fd, room < most ? room : most, most, stop, bytes, len);
		if (err)
			free(*bytes);
	}
	close(fd);
	return err;
}
