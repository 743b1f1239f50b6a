using System.Globalization;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>The <c>icy-*</c> headers, from which players display the stream; SHOUTcast's convention, which is universal.</summary>
internal static class IcyHeaders
{
    /// <summary>No player displays more of a description, and headers must fit the buffers of small players.</summary>
    private const int LongestDescription = 300;

    /// <summary>Writes the headers for a stream.</summary>
    public static void Write(HttpResponse response, StreamDetails stream, int bitrateKbps, PublicAddress address)
    {
        var headers = response.Headers;
        headers["icy-name"] = SingleLine(stream.Name);
        headers["icy-genre"] = SingleLine(stream.Genre);
        if (SingleLine(stream.Description) is { Length: > 0 } description)
            headers["icy-description"] = Shorten(description);
        headers["icy-url"] = address.InFull("/", response.HttpContext.Request);
        headers["icy-br"] = bitrateKbps.ToString(CultureInfo.InvariantCulture);
        headers["icy-pub"] = stream.Visibility == Visibility.Public ? "1" : "0";
    }

    private static string Shorten(string description)
    {
        if (description.Length <= LongestDescription)
            return description;
        var length = char.IsHighSurrogate(description[LongestDescription - 2]) ? LongestDescription - 2 : LongestDescription - 1;
        return $"{description.AsSpan(0, length).TrimEnd()}…";
    }

    /// <summary>Puts the text on one line, as headers and playlist files require.</summary>
    public static string SingleLine(string text) =>
        new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
}
