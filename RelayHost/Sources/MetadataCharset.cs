using System.Text;

namespace Audio.Orleans.RelayHost.Sources;

/// <summary>The charsets that titles come in.</summary>
public static class MetadataCharset
{
    private const string Sample = "StreamTitle='';";

    /// <summary>Finds a charset by one of its names; null when there is none, or none that writes the fields around a title as ASCII does.</summary>
    public static Encoding? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name.Trim()) ?? FindBuiltIn(name.Trim());
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
