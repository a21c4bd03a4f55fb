/**
 * report.html: one file without any external request, light and dark, made for screen and print.
 *
 * <pre>
 * HtmlReport     the page: sections in reading order
 * EffectSections effect tables, by comparison and by size
 * FigureSections charts with captions and links to their data
 * SetupSections  scenario, runs, methods, how to reproduce
 * Html           elements and escaping
 * report.css     the look (a resource); chart colours are variables of it
 * </pre>
 */
package org.bpfsim.report.html;
