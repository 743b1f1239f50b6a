using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AudioOrleans.Testing.Metrics;

/// <summary>
/// A strict parser of the Prometheus text format 0.0.4: the samples of a family are together and have one type, each series appears once, names, labels and
/// numbers are well-formed, and the buckets of a histogram are cumulative and end with its count.
/// </summary>
public static partial class PrometheusText
{
    private static readonly HashSet<string> Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    /// <summary>All families, by name.</summary>
    /// <exception cref="FormatException">The text is not well-formed; the message contains the line.</exception>
    public static IReadOnlyDictionary<string, MetricFamily> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Require(text.EndsWith('\n'), "a line feed at the end");
        var families = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
        var helped = new HashSet<string>(StringComparer.Ordinal);
        MetricFamily? family = null;
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                var (kind, name, rest) = (comment.Groups[1].Value, comment.Groups[2].Value, comment.Groups[3].Value);
                if (kind == "HELP")
                {
                    Require(helped.Add(name) && (family?.Name == name || !families.ContainsKey(name)), $"one help line next to its type: {line}");
                    continue;
                }
                Require(Types.Contains(rest), $"a type: {line}");
                family = new MetricFamily(name, rest, []);
                Require(families.TryAdd(name, family), $"one type for each name: {line}");
                continue;
            }
            var sample = Sample().Match(line);
            Require(sample.Success, $"a sample: {line}");
            Require(family is not null && BelongsTo(sample.Groups[1].Value, family), $"a sample of the family above: {line}");
            family.Samples.Add(new MetricSample(sample.Groups[1].Value, Labels(sample.Groups[2].Value, line), Number(sample.Groups[3].Value, line)));
        }
        foreach (var one in families.Values)
            Check(one);
        return families;
    }

    private static bool BelongsTo(string name, MetricFamily family) => family.Type switch
    {
        "histogram" => name == $"{family.Name}_bucket" || name == $"{family.Name}_sum" || name == $"{family.Name}_count",
        _ => name == family.Name,
    };

    private static SortedDictionary<string, string> Labels(string text, string line)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var end = 0;
        foreach (var label in Label().EnumerateMatches(text))
        {
            var one = Label().Match(text, label.Index, label.Length);
            Require(label.Index == end && labels.TryAdd(one.Groups[1].Value, Unescape(one.Groups[2].Value)), $"labels: {line}");
            end += label.Length;
        }
        Require(end == text.Length, $"labels: {line}");
        return labels;
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            plain.Append(text[i] != '\\' ? text[i] : text[++i] == 'n' ? '\n' : text[i]);
        return plain.ToString();
    }

    private static double Number(string text, string line)
    {
        if (text is "+Inf" or "-Inf" or "NaN")
            return text switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.NaN };
        Require(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number), $"a number: {line}");
        return number;
    }

    private static void Check(MetricFamily family)
    {
        Require(family.Samples.Count > 0, $"samples of {family.Name}");
        var twice = family.Samples.GroupBy(sample => $"{sample.Name}{sample.LabelText()}").FirstOrDefault(group => group.Count() > 1);
        Require(twice is null, $"each series once: {twice?.Key}");
        if (family.Type == "counter")
            Require(family.Samples.All(sample => sample.Value >= 0), $"no negative value in the counter {family.Name}");
        if (family.Type != "histogram")
            return;
        foreach (var series in family.Samples.GroupBy(sample => sample.LabelText("le")))
        {
            var buckets = series.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).Select(bucket => (Bound: Number(bucket.Labels["le"], family.Name), bucket.Value)).ToList();
            Require(buckets.SequenceEqual(buckets.OrderBy(bucket => bucket.Bound)) && buckets.Zip(buckets.Skip(1)).All(pair => pair.First.Value <= pair.Second.Value), $"cumulative buckets: {family.Name}{series.Key}");
            var count = series.Single(sample => sample.Name == $"{family.Name}_count").Value;
            Require(buckets[^1] == (double.PositiveInfinity, count), $"all values in the last bucket: {family.Name}{series.Key}");
            Require(series.Count(sample => sample.Name == $"{family.Name}_sum") == 1, $"a sum: {family.Name}{series.Key}");
        }
    }

    private static void Require([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool condition, string expected)
    {
        if (!condition)
            throw new FormatException($"Expected {expected}");
    }

    [GeneratedRegex(@"^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\\n]|\\[\\""n])*)""(?:,|$)")]
    private static partial Regex Label();
}

/// <summary>All series of one name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">Its type, such as <c>gauge</c>.</param>
/// <param name="Samples">Its lines.</param>
public sealed record MetricFamily(string Name, string Type, List<MetricSample> Samples);

/// <summary>A line with a value.</summary>
/// <param name="Name">The name: that of its family, with a suffix such as <c>_bucket</c> in a histogram.</param>
/// <param name="Labels">The labels.</param>
/// <param name="Value">The value.</param>
public sealed record MetricSample(string Name, SortedDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels as text, without one.</summary>
    public string LabelText(string? without = null) => string.Join(',', Labels.Where(label => label.Key != without).Select(label => $"{label.Key}={label.Value}"));
}
