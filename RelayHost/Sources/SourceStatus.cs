using System.Globalization;
using System.Text.Json;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>What a server's status page says about one mount.</summary>
/// <param name="Server"><c>icecast</c>, <c>shoutcast2</c> or <c>shoutcast1</c>.</param>
/// <param name="Title">The title on air; null when the page does not contain it.</param>
/// <param name="Name">The station's name.</param>
/// <param name="BitrateKbps">In kbit/s.</param>
/// <param name="Listeners">Listeners at the source itself.</param>
public sealed record SourceStatus(string Server, string? Title, string? Name, int? BitrateKbps, int? Listeners);

/// <summary>Parsers of the three status pages. Each returns null when the text is a different page or does not list the mount.</summary>
public static class SourceStatusPages
{
    /// <summary>Icecast's <c>/status-json.xsl</c>: <c>icestats.source</c> is an object, an array or absent.</summary>
    public static SourceStatus? ReadIcecast(string json, string mount)
    {
        if (TryParse(json) is not { } document)
            return null;
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("icestats", out var stats) || stats.ValueKind != JsonValueKind.Object
                || !stats.TryGetProperty("source", out var sources))
            {
                return null;
            }
            IEnumerable<JsonElement> all = sources.ValueKind == JsonValueKind.Array ? sources.EnumerateArray() : [sources];
            foreach (var source in all.Where(element => element.ValueKind == JsonValueKind.Object))
            {
                var listen = Text(source, "listenurl");
                if (listen is not null && Uri.TryCreate(listen, UriKind.Absolute, out var url) && url.AbsolutePath == mount)
                    return new SourceStatus("icecast", Text(source, "title"), Text(source, "server_name"), Number(source, "bitrate"), Number(source, "listeners"));
            }
            return null;
        }
    }

    /// <summary>SHOUTcast 2's <c>/stats?sid=N&amp;json=1</c>.</summary>
    public static SourceStatus? ReadShoutcast2(string json)
    {
        if (TryParse(json) is not { } document)
            return null;
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Number(root, "streamstatus") is not 1)
                return null;
            return new SourceStatus("shoutcast2", Text(root, "songtitle"), Text(root, "servertitle"), Number(root, "bitrate"), Number(root, "currentlisteners"));
        }
    }

    /// <summary>SHOUTcast 1's <c>/7.html</c>: <c>current,status,peak,max,unique,bitrate,title</c>; the title may contain commas.</summary>
    public static SourceStatus? ReadShoutcast1(string html)
    {
        var start = html.IndexOf("<body>", StringComparison.OrdinalIgnoreCase);
        var end = html.IndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        if (start < 0 || end < start)
            return null;
        var fields = html[(start + "<body>".Length)..end].Split(',', 7);
        if (fields.Length < 7 || fields[1].Trim() != "1")
            return null;
        return new SourceStatus("shoutcast1", StreamTitle.Read(fields[6]), null, Integer(fields[5]), Integer(fields[0]));
    }

    private static JsonDocument? TryParse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null; // Another kind of server, which responds with a page of its own.
        }
    }

    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String when String(value) is { } text => StreamTitle.Read(text),
        JsonValueKind.Number => StreamTitle.Read(value.GetRawText()), // Icecast writes a title such as 1999 as a number.
        _ => null,
    };

    private static int? Number(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.String when String(value) is { } text => Integer(text),
        _ => null,
    };

    private static string? String(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // An escaped half of a surrogate pair: valid JSON, but not valid text.
        }
    }

    private static int? Integer(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
