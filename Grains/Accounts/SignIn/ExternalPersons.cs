using System.Text;
using System.Text.Json;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>Parses the providers' user responses; needs no runtime. Null if a response does not describe a person.</summary>
public static class ExternalPersons
{
    private const int LongestSubject = 255;

    /// <summary>OpenID Connect Core, section 5.3.2.</summary>
    public static ExternalPerson? ReadGoogle(JsonElement user)
    {
        var isVerified = Member(user, "email_verified") is { ValueKind: JsonValueKind.True };
        return Make(OAuthProvider.Google, Text(user, "sub"), isVerified ? Text(user, "email") : null, Text(user, "name"));
    }

    /// <summary>GitHub's user and list of addresses; the primary one is used.</summary>
    public static ExternalPerson? ReadGitHub(JsonElement user, JsonElement emails)
    {
        var id = Member(user, "id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value > 0 ? $"{value}" : null;
        var primary = emails.ValueKind == JsonValueKind.Array
            ? emails.EnumerateArray().FirstOrDefault(email => Member(email, "primary") is { ValueKind: JsonValueKind.True } && Member(email, "verified") is { ValueKind: JsonValueKind.True })
            : default;
        var name = Text(user, "name");
        return Make(OAuthProvider.GitHub, id, Text(primary, "email"), string.IsNullOrWhiteSpace(name) ? Text(user, "login") : name);
    }

    private static ExternalPerson? Make(string provider, string? subject, string? email, string? name) =>
        subject is { Length: > 0 and <= LongestSubject } && subject.All(c => c is > ' ' and < '\x7f')
            ? new ExternalPerson(provider, subject, EmailAddress.Normalize(email), Clean(name ?? ""))
            : null;

    /// <summary>Shortens and cleans a name to the rules here: a provider's name never causes a rejection.</summary>
    private static string Clean(string name)
    {
        var clean = new StringBuilder();
        foreach (var rune in name.Trim().EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > AccountRules.LongestName)
                break;
            if (!Rune.IsControl(rune))
                clean.Append(rune.ToString());
        }
        return clean.ToString();
    }

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
