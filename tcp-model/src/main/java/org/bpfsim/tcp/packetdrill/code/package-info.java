/**
 * The subset of Python in which scripts assert.
 *
 * <pre>
 * PythonCode      statements: assert, print, assignments
 * Expressions     operators by Python's precedence; chained comparisons
 * PythonException an assertion that failed, or code that is not understood
 * </pre>
 */
package org.bpfsim.tcp.packetdrill.code;
