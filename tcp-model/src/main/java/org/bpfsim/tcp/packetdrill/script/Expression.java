package org.bpfsim.tcp.packetdrill.script;

import java.util.List;
import java.util.Map;

/** An argument or result of a system call. */
public sealed interface Expression {
    /** A number; {@code shown} is how it was written. */
    record Int(long value, String shown) implements Expression {
        @Override
        public String toString() {
            return shown;
        }
    }

    /** A constant's or an option's name. */
    record Name(String name) implements Expression {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A string. */
    record Text(String value) implements Expression {
        @Override
        public String toString() {
            return "\"" + value + "\"";
        }
    }

    /** {@code ...}: whatever is right. */
    record Ellipsis() implements Expression {
        @Override
        public String toString() {
            return "...";
        }
    }

    /** {@code a|b}. */
    record Or(Expression left, Expression right) implements Expression {
        @Override
        public String toString() {
            return left + "|" + right;
        }
    }

    /** {@code [a, b]} or {@code {a, b}}. */
    record Items(List<Expression> items) implements Expression {
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return items.toString();
        }
    }

    /** {@code {name=value, ...}}. */
    record Struct(Map<String, Expression> fields) implements Expression {
        @Override
        public String toString() {
            return fields.toString();
        }
    }

    /** {@code htons(8080)}, {@code inet_addr("192.0.2.1")}. */
    record Call(String function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String toString() {
            return function + arguments;
        }
    }
}
