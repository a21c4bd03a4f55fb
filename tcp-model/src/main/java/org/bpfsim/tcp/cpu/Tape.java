package org.bpfsim.tcp.cpu;

import java.util.Arrays;

/**
 * What a core has still to do for one thread or softirq, in order: work that takes time and is charged to an account, and
 * between it effects, which happen when all before them is done. Hot path: no allocation but for growth.
 */
final class Tape {
    private static final int INITIAL = 16;

    /** Takes what the work cost. */
    interface Payer {
        void pay(int account, long ps);
    }

    private int[] accounts = new int[INITIAL];
    private long[] ps = new long[INITIAL];
    /** Null where an entry is work. */
    private Runnable[] effects = new Runnable[INITIAL];

    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds work at the end. */
    void charge(int account, long cost) {
        if (cost == 0) {
            return;
        }
        if (size > 0) {
            int last = at(size - 1);
            if (effects[last] == null && accounts[last] == account) {
                ps[last] += cost;
                return;
            }
        }
        put(at(makeRoom()), account, cost, null);
        size++;
    }

    /** Adds work that comes before all else. */
    void chargeFirst(int account, long cost) {
        if (cost == 0) {
            return;
        }
        makeRoom();
        head = head - 1 & accounts.length - 1;
        put(head, account, cost, null);
        size++;
    }

    /** Adds an effect at the end. */
    void then(Runnable effect) {
        put(at(makeRoom()), 0, 0, effect);
        size++;
    }

    /** Takes the effect that is due, or answers null if work comes first or nothing at all. */
    Runnable pollEffect() {
        if (size == 0 || effects[head] == null) {
            return null;
        }
        Runnable effect = effects[head];
        effects[head] = null;
        removeHead();
        return effect;
    }

    /** How long it takes to the next effect, or to the end. */
    long untilEffectPs() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            int entry = at(i);
            if (effects[entry] != null) {
                break;
            }
            sum += ps[entry];
        }
        return sum;
    }

    /** All work that there is. */
    long outstandingPs() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += ps[at(i)];
        }
        return sum;
    }

    /** A core has worked for so long, which is not beyond the next effect. */
    void spend(long elapsedPs, Payer payer) {
        long left = elapsedPs;
        while (left > 0) {
            if (size == 0 || effects[head] != null) {
                throw new AssertionError("a core has worked " + left + " ps on nothing");
            }
            long part = Math.min(left, ps[head]);
            payer.pay(accounts[head], part);
            ps[head] -= part;
            left -= part;
            if (ps[head] == 0) {
                removeHead();
            }
        }
    }

    private void removeHead() {
        head = head + 1 & accounts.length - 1;
        size--;
    }

    private int at(int index) {
        return head + index & accounts.length - 1;
    }

    private void put(int entry, int account, long cost, Runnable effect) {
        accounts[entry] = account;
        ps[entry] = cost;
        effects[entry] = effect;
    }

    /** Answers the size. */
    private int makeRoom() {
        int length = accounts.length;
        if (size == length) {
            int tail = length - head;
            accounts = Arrays.copyOf(accounts, 2 * length);
            ps = Arrays.copyOf(ps, 2 * length);
            effects = Arrays.copyOf(effects, 2 * length);
            // The part that had wrapped around follows the other now.
            System.arraycopy(accounts, 0, accounts, length, length - tail);
            System.arraycopy(ps, 0, ps, length, length - tail);
            System.arraycopy(effects, 0, effects, length, length - tail);
            Arrays.fill(effects, 0, length - tail, null);
        }
        return size;
    }
}
