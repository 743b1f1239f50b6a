using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains;

/// <summary>List cursors: the sort key of the last item, encoded so that clients treat it as opaque.</summary>
internal static class Cursor
{
    /// <summary>Encodes the parts of a sort key.</summary>
    public static string Format(params object[] parts) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('|', parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)))));

    /// <summary>Decodes a cursor with this many parts; null for none.</summary>
    /// <exception cref="AudioException">Invalid: it is not a cursor of this list.</exception>
    public static string[]? Parse(string? cursor, int parts)
    {
        if (cursor is null)
            return null;
        var bytes = new byte[cursor.Length];
        if (Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out var count)
            && Encoding.UTF8.GetString(bytes, 0, count).Split('|') is { } split && split.Length == parts
            && long.TryParse(split[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && (parts == 1 || Guid.TryParse(split[1], out _)))
        {
            return split;
        }
        throw new AudioException(new FieldProblem("cursor", "Expected the next_cursor of an earlier response.", FieldCodes.Malformed));
    }

    /// <summary>Decodes a cursor that is a time; null for none.</summary>
    public static DateTime? ParseTime(string? cursor) =>
        Parse(cursor, 1) is [var ticks] ? new DateTime(long.Parse(ticks, CultureInfo.InvariantCulture), DateTimeKind.Utc) : null;

    /// <summary>Decodes a cursor that is a time and an id; null for none.</summary>
    public static (DateTime Time, Guid Id)? ParseTimeAndId(string? cursor) =>
        Parse(cursor, 2) is [var ticks, var id] ? (new DateTime(long.Parse(ticks, CultureInfo.InvariantCulture), DateTimeKind.Utc), Guid.Parse(id)) : null;

    /// <summary>Builds a page from rows that were queried with one more than the limit.</summary>
    public static Page<TItem> Paginate<TRow, TItem>(IReadOnlyList<TRow> rows, int limit, Func<TRow, TItem> toItem, Func<TRow, string> toCursor) => new(
        [.. rows.Take(limit).Select(toItem)],
        rows.Count > limit ? toCursor(rows[limit - 1]) : null);
}
