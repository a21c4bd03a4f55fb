package org.bpfsim.report.stats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Which arm the rows of a table belong to. */
final class ArmRows {
    private ArmRows() {}

    /** The arm's place in the list for each row, by the column {@code arm}; -1 if it is not in the list. */
    static int[] of(Table table, List<String> arms) {
        StringColumn arm = table.stringColumn("arm");
        Map<String, Integer> index = new LinkedHashMap<>();
        for (String name : arms) {
            index.put(name, index.size());
        }
        int[] armOfRow = new int[arm.size()];
        for (int row = 0; row < armOfRow.length; row++) {
            armOfRow[row] = index.getOrDefault(arm.get(row), -1);
        }
        return armOfRow;
    }

    /** How many rows each arm has. */
    static int[] counts(int[] armOfRow, int arms) {
        int[] counts = new int[arms];
        for (int arm : armOfRow) {
            if (arm >= 0) {
                counts[arm]++;
            }
        }
        return counts;
    }
}
