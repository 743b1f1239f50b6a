using System.Globalization;
using System.Text;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>The charsets of stream titles.</summary>
public static class MetadataCharset
{
    private const string Sample = "StreamTitle='';";

    /// <summary>Finds a charset by one of its names; null when unknown, or when it encodes the fields around a title differently from ASCII.</summary>
    public static Encoding? Find(string name)
    {
        name = name.Trim();
        // The notation of radio software: cp1251.
        var encoding = name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var codePage)
            ? CodePagesEncodingProvider.Instance.GetEncoding(codePage)
            : CodePagesEncodingProvider.Instance.GetEncoding(name) ?? FindBuiltIn(name);
        return encoding is not null && encoding.GetBytes(Sample).AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(Sample)) ? encoding : null;
    }

    private static Encoding? FindBuiltIn(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
