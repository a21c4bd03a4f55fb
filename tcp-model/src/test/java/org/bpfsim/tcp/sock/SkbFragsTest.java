package org.bpfsim.tcp.sock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SkbFragsTest {
    @Test
    void copiedBytesShareAFragmentUntilAPageComesBetween() {
        SkbFrags frags = new SkbFrags(100);
        frags.addCopied(100);
        assertThat(frags.count()).isEqualTo(1);
        frags.addPage(10);
        frags.addCopied(10);
        assertThat(frags.count()).isEqualTo(3);
    }

    @Test
    void fullBufferTakesCopiedBytesOnlyBehindOthers() {
        SkbFrags pages = new SkbFrags(0);
        SkbFrags copiedLast = new SkbFrags(0);
        for (int i = 0; i < SkbFrags.MAX - 1; i++) {
            pages.addPage(1);
            copiedLast.addPage(1);
        }
        assertThat(pages.isFull()).isFalse();
        pages.addPage(1);
        copiedLast.addCopied(1);
        assertThat(pages.isFull()).isTrue();
        assertThat(pages.takesCopied()).isFalse();
        assertThat(copiedLast.isFull()).isTrue();
        assertThat(copiedLast.takesCopied()).isTrue();
    }

    @Test
    void pageThatIsCutCountsInBothParts() {
        SkbFrags frags = new SkbFrags(0);
        frags.addPage(4096);
        frags.addPage(4096);
        frags.addCopied(100);
        SkbFrags rest = frags.cut(5000);
        assertThat(frags.count()).isEqualTo(2);
        assertThat(rest.count()).isEqualTo(2);
        rest.addCopied(1);
        assertThat(rest.count()).isEqualTo(2);
        SkbFrags last = rest.cut(3192);
        assertThat(rest.count()).isEqualTo(1);
        assertThat(last.count()).isEqualTo(1);
    }

    @Test
    void pagesOfAnIovecEndWhereAPageOrAnElementEnds() {
        UserPages pages = new UserPages(5000, 0, 10);
        assertThat(pages.take(100)).isEqualTo(100);
        assertThat(pages.take(10_000)).isEqualTo(3996);
        assertThat(pages.take(10_000)).isEqualTo(904);
        pages.skip(4);
        assertThat(pages.take(10_000)).isEqualTo(6);
        assertThatThrownBy(() -> pages.take(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new UserPages(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
