package org.bpfsim.tcp.packetdrill.socket;

import java.util.List;
import java.util.stream.LongStream;
import org.bpfsim.tcp.packetdrill.script.Expression;

/** The arguments of a call: numbers, names of numbers, structures. */
final class Arguments {
    private final List<Expression> arguments;

    Arguments(List<Expression> arguments) {
        this.arguments = arguments;
    }

    int count() {
        return arguments.size();
    }

    /** @throws CallException if the call has another number of arguments */
    void expect(int min, int max) {
        if (arguments.size() < min || arguments.size() > max) {
            throw new CallException("Bad number of arguments: " + arguments.size() + ", expected "
                    + (min == max ? "" + min : min + " to " + max));
        }
    }

    /** @throws CallException if there are not so many */
    Expression get(int i) {
        if (i >= arguments.size()) {
            throw new CallException("Bad number of arguments: " + arguments.size() + ", expected at least " + (i + 1));
        }
        return arguments.get(i);
    }

    boolean isEllipsis(int i) {
        return get(i) instanceof Expression.Ellipsis;
    }

    long number(int i) {
        return value(get(i));
    }

    int integer(int i) {
        return (int) number(i);
    }

    /** The number in {@code [n]}. */
    int boxed(int i) {
        Expression e = get(i);
        if (e instanceof Expression.Items list && list.items().size() == 1) {
            return (int) value(list.items().get(0));
        }
        throw new CallException("expected [number] but found " + e);
    }

    /** Evaluates numbers, names, {@code |} and {@code htons()}. */
    static long value(Expression e) {
        if (e instanceof Expression.Int i) {
            return i.value();
        }
        if (e instanceof Expression.Name n) {
            Long number = Constants.number(n.name());
            if (number == null) {
                throw new CallException("Unknown symbol: '" + n.name() + "'");
            }
            return number;
        }
        if (e instanceof Expression.Or or) {
            return value(or.left()) | value(or.right());
        }
        if (e instanceof Expression.Call c
                && c.function().equals("htons")
                && c.arguments().size() == 1) {
            return value(c.arguments().get(0));
        }
        throw new CallException("expected a number but found " + e);
    }

    static Expression.Struct struct(Expression e) {
        if (e instanceof Expression.Struct s) {
            return s;
        }
        throw new CallException("expected {name=value, ...} but found " + e);
    }

    static List<Expression> items(Expression e) {
        if (e instanceof Expression.Items list) {
            return list.items();
        }
        throw new CallException("expected a list but found " + e);
    }

    static Expression field(Expression.Struct struct, String name) {
        Expression value = struct.fields().get(name);
        if (value == null) {
            throw new CallException("no " + name + " in " + struct);
        }
        return value;
    }

    /** Bytes of an array of {@code {..., n}}. */
    static long iovBytes(Expression iov) {
        return LongStream.of(iovLengths(iov)).sum();
    }

    /** Bytes of each element of an array of {@code {..., n}}. */
    static long[] iovLengths(Expression iov) {
        List<Expression> elements = items(iov);
        long[] lengths = new long[elements.size()];
        for (int i = 0; i < lengths.length; i++) {
            Expression e = elements.get(i);
            List<Expression> parts = items(e);
            if (parts.isEmpty()) {
                throw new CallException("expected {..., bytes} but found " + e);
            }
            lengths[i] = value(parts.get(parts.size() - 1));
        }
        return lengths;
    }

    /** Complains of a value that a call has given. */
    static void check(String what, long expected, long actual) {
        if (expected != actual) {
            throw new CallException("Bad " + what + ": expected: " + expected + " actual: " + actual);
        }
    }
}
