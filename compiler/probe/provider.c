// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of probe kinds. */
#include "probe/provider.h"

#include "base/util.h"

#define PROVIDER(name) extern const struct provider provider_##name;
#include "probe/provider.def"
#undef PROVIDER

static const struct provider *const providers[] = {
#define PROVIDER(name) &provider_##name,
#include "probe/provider.def"
#undef PROVIDER
};

const struct provider *provider_get(unsigned i)
{
	return i < ARRAY_SIZE(providers) ? providers[i] : NULL;
}
