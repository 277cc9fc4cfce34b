// SPDX-License-Identifier: GPL-2.0-or-later
// The same in C++, for tests/vm/cases/process-code.sh.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#define KEEP(x) __asm__ volatile("" : "+r"(x) : : "memory")

namespace shapes {

class Base {
public:
	explicit Base(int n) : number(n) {}
	virtual ~Base() = default;
	virtual long area(int scale) const = 0;

protected:
	int number;
};

class Square : public Base {
public:
	Square(int n, int s) : Base(n), side(s) {}
	__attribute__((noinline)) long area(int scale) const override;
	__attribute__((noinline)) int side_of(const int &times) const;
	static __attribute__((noinline)) int count(int more);

private:
	int side;
	static int made;
};

int Square::made = 40;

long Square::area(int scale) const
{
	long result = (long)side * side * scale;

	KEEP(result);
	return result; /* line 41 */
}

int Square::side_of(const int &times) const
{
	int r = side * times;

	KEEP(r);
	return r;
}

int Square::count(int more)
{
	made += more;
	KEEP(more);
	return made;
}

} // namespace shapes

template <typename T> __attribute__((noinline)) T largest(T a, T b)
{
	T r = a > b ? a : b;

	KEEP(r);
	return r;
}

static __attribute__((noinline)) int overloaded(int x)
{
	KEEP(x);
	return x;
}

static __attribute__((noinline)) long overloaded(long x)
{
	KEEP(x);
	return x;
}

namespace {
__attribute__((noinline)) int hidden(int x)
{
	KEEP(x);
	return x + 7;
}
}

__attribute__((noinline)) int throws(int x)
{
	KEEP(x);
	if (x > 1)
		throw std::runtime_error("too large");
	return x;
}

int main()
{
	shapes::Square square(9, 6);
	const shapes::Base &base = square;
	int times = 5, caught = 0;
	long sum = base.area(2) + square.side_of(times) + shapes::Square::count(2);

	sum += largest<int>(3, 8) + largest<long>(30, 20) + overloaded(1) + overloaded(2L) + hidden(1);
	for (int i = 0; i < 3; i++)
		try {
			sum += throws(i);
		} catch (const std::exception &) {
			caught++;
		}
	std::printf("%ld %d\n", sum, caught);
}
