using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>What makes an account valid, and what it may do.</summary>
public static class AccountRules
{
    private const int ShortestPassword = 8;

    /// <summary>bcrypt reads 72 bytes; what is longer would be cut without anybody noticing.</summary>
    private const int LongestPasswordBytes = 72;

    private const int LongestName = 200;

    private static readonly string[] ListenerScopes = ["streams:read", "playlists:read", "podcasts:read", "monetization:read"];

    private static readonly string[] DjScopes =
    [
        "streams:read", "streams:write", "uploads:read", "uploads:write", "playlists:read", "playlists:write", "podcasts:read", "podcasts:write",
        "domains:write", "analytics:read", "monetization:read", "monetization:write",
    ];

    /// <summary>What is wrong with a wish for an account: each rule that is missed.</summary>
    public static ImmutableArray<FieldProblem> Check(RegisterAccount wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if (EmailAddress.Normalize(wish.Email) is null)
            problems.Add(new FieldProblem("email", "Expected an e-mail address, such as dj@example.org."));
        foreach (var message in PasswordProblems(wish.Password))
            problems.Add(new FieldProblem("password", message));
        if (wish.Name.Length > LongestName || wish.Name.Any(char.IsControl))
            problems.Add(new FieldProblem("name", $"Expected at most {LongestName} characters, no control characters."));
        if (wish.Role == AccountRole.Admin)
            problems.Add(new FieldProblem("role", "Expected dj or listener."));
        return problems.ToImmutable();
    }

    /// <summary>The scopes of a role.</summary>
    public static IReadOnlyList<string> ScopesOf(AccountRole role) => role switch
    {
        AccountRole.Listener => ListenerScopes,
        AccountRole.Dj => DjScopes,
        _ => [.. DjScopes, "admin"],
    };

    private static IEnumerable<string> PasswordProblems(string password)
    {
        if (password.Length < ShortestPassword)
            yield return $"Expected at least {ShortestPassword} characters.";
        if (!password.Any(char.IsLetter))
            yield return "Expected a letter.";
        if (!password.Any(char.IsDigit))
            yield return "Expected a digit.";
        if (!password.Any(c => !char.IsLetterOrDigit(c) && !char.IsControl(c)))
            yield return "Expected a special character.";
        if (password.Contains('\0', StringComparison.Ordinal))
            yield return "Expected no NUL character.";
        if (System.Text.Encoding.UTF8.GetByteCount(password) > LongestPasswordBytes)
            yield return $"Expected at most {LongestPasswordBytes} bytes in UTF-8.";
    }
}
