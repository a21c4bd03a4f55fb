package org.bpfsim.report.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.AddCellToColumnException;
import tech.tablesaw.io.csv.CsvReadOptions;

/** Reads one CSV file of a run into a Tablesaw table with the column types of its {@link TableFormat}. */
final class TableReader {
    private TableReader() {}

    static Table read(Path runFolder, TableFormat format) {
        Path file = runFolder.resolve(format.fileName());
        byte[] bytes = bytes(file);
        List<String> header = header(file, bytes);
        ColumnType[] types = types(file, header, format);
        checkShape(file, bytes, header.size());
        CsvReadOptions options = CsvReadOptions.builder(
                        new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8))
                .tableName(format.fileName())
                .header(true)
                .columnTypes(types)
                .missingValueIndicator("")
                .lineEnding("\n")
                .locale(Locale.ROOT)
                .sample(false)
                .build();
        try {
            return Table.read().usingOptions(options);
        } catch (AddCellToColumnException e) {
            // Tablesaw counts rows of data from 1; the header is line 1.
            throw damaged(
                    file, e.getRowNumber() + 1, "column " + e.getColumnName() + " holds no number of its type", e);
        } catch (RuntimeException e) {
            throw damaged(file, 1, "not a table (" + e.getMessage() + ")", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new ResultException(file.toString(), "the file is missing.", remedy(file), e);
        } catch (IOException e) {
            throw new ResultException(file.toString(), "cannot be read (" + e.getMessage() + ").", remedy(file), e);
        }
    }

    private static List<String> header(Path file, byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end == 0) {
            throw damaged(file, 1, "the file is empty, a header line was expected", null);
        }
        return List.of(new String(bytes, 0, end, StandardCharsets.UTF_8).split(",", -1));
    }

    private static ColumnType[] types(Path file, List<String> header, TableFormat format) {
        List<String> missing = new ArrayList<>(format.columns().keySet());
        missing.removeAll(header);
        missing.removeIf(format::optional);
        if (!missing.isEmpty()) {
            throw damaged(file, 1, "the header lacks " + String.join(", ", missing), null);
        }
        return header.stream()
                .map(name -> format.columns().getOrDefault(name, ColumnType.SKIP))
                .toArray(ColumnType[]::new);
    }

    /** A table cut short by a full disk or a killed copy is noticed here: each line has all fields and an end. */
    private static void checkShape(Path file, byte[] bytes, int fields) {
        long line = 1;
        int commas = 0;
        for (byte b : bytes) {
            if (b == ',') {
                commas++;
            } else if (b == '\n') {
                if (commas != fields - 1) {
                    throw damaged(file, line, (commas + 1) + " fields, " + fields + " expected", null);
                }
                commas = 0;
                line++;
            }
        }
        if (bytes[bytes.length - 1] != '\n') {
            throw damaged(file, line, "the file ends within a line", null);
        }
    }

    private static ResultException damaged(Path file, long line, String problem, Throwable cause) {
        return new ResultException(file + ":" + line, problem + ".", remedy(file), cause);
    }

    private static String remedy(Path file) {
        return "Remove the folder " + file.getParent() + " and resume the batch to make this run again.";
    }
}
