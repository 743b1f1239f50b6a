using System.Globalization;
using System.Text;

namespace AudioOrleans.Bench.Measuring;

/// <summary>The figures of a benchmark, beside their targets; printed as a Markdown table.</summary>
internal sealed class Table
{
    private readonly List<string[]> _rows = [["figure", "target", "measured", ""]];

    /// <summary>How many targets were missed.</summary>
    public int Missed { get; private set; }

    /// <summary>A figure without a target.</summary>
    public void Add(string figure, string measured) => _rows.Add([figure, "", measured, ""]);

    /// <summary>A figure that is to be at most so much.</summary>
    public void AtMost(string figure, double target, double measured, string unit) =>
        Judge(figure, $"at most {Text(target)} {unit}", measured, unit, measured <= target);

    /// <summary>A figure that is to be at least so much.</summary>
    public void AtLeast(string figure, double target, double measured, string unit) =>
        Judge(figure, $"at least {Text(target)} {unit}", measured, unit, measured >= target);

    public static string Text(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    public override string ToString()
    {
        var widths = Enumerable.Range(0, 4).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var row = 0; row < _rows.Count; row++)
        {
            text.Append('|').AppendJoin('|', _rows[row].Select((cell, column) => $" {cell.PadRight(widths[column])} ")).Append("|\n");
            if (row == 0)
                text.Append('|').AppendJoin('|', widths.Select(width => new string('-', width + 2))).Append("|\n");
        }
        return text.ToString();
    }

    private void Judge(string figure, string target, double measured, string unit, bool met)
    {
        Missed += met ? 0 : 1;
        _rows.Add([figure, target.TrimEnd(), $"{Text(measured)} {unit}".TrimEnd(), met ? "met" : "MISSED"]);
    }
}
