using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AudioOrleans.Testing.Mail;

/// <summary>A mail as a server received it.</summary>
/// <param name="From">The sender of the envelope.</param>
/// <param name="To">The recipients of the envelope.</param>
/// <param name="Subject">Decoded.</param>
/// <param name="Text">Decoded.</param>
/// <param name="Headers">All of them, in order.</param>
public sealed partial record ReceivedMail(string From, IReadOnlyList<string> To, string Subject, string Text, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The only link in it.</summary>
    public Uri Link => new(Links().Matches(Text).Single().Value);

    /// <summary>The token in the link.</summary>
    public string Token => Link.Fragment.Split('=', 2)[1];

    /// <summary>Reads a mail from a line of the server.</summary>
    public static ReceivedMail Parse(JsonNode json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ReceivedMail(
            (string)json["from"]!, [.. json["to"]!.AsArray().Select(to => (string)to!)], (string)json["subject"]!, (string)json["text"]!,
            [.. json["headers"]!.AsArray().Select(header => ((string)header![0]!, (string)header[1]!))]);
    }

    [GeneratedRegex(@"https?://\S+#\S+")]
    private static partial Regex Links();
}
