using System.Diagnostics;
using System.Globalization;

namespace Audio.Orleans.Gateway.Metrics;

/// <summary>Names, labels and numbers as the Prometheus text format 0.0.4 has them.</summary>
internal static class MetricText
{
    /// <summary>The format's content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>A name of letters, digits and underscores that begins with no digit.</summary>
    public static string Name(string name)
    {
        var text = string.Create(name.Length, name, (characters, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                characters[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });
        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? $"_{text}" : text;
    }

    /// <summary>Tags as labels in the order of their names, without braces; empty for none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
            labels[Name(name)] = Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\"", "\\\"", StringComparison.Ordinal);
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""));
    }

    /// <summary>A text of one line.</summary>
    public static string Escape(string text) =>
        text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    /// <summary>A number.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>A line with a value.</summary>
    public static void WriteLine(TextWriter text, string name, string labels, double value)
    {
        Debug.Assert(!labels.Contains('\n', StringComparison.Ordinal), "Labels are escaped.");
        text.Write(labels.Length == 0 ? name : $"{name}{{{labels}}}");
        text.Write(' ');
        text.Write(Number(value));
        text.Write('\n');
    }
}
