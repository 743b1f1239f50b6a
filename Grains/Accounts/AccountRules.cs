using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Validation of accounts, and the scopes of roles.</summary>
public static class AccountRules
{
    private const int ShortestPassword = 8;

    /// <summary>bcrypt reads 72 bytes; anything longer would be truncated silently.</summary>
    public const int LongestPasswordBytes = 72;

    /// <summary>The longest display name, in characters.</summary>
    public const int LongestName = 200;

    private static readonly string[] ListenerScopes = ["streams:read", "playlists:read", "podcasts:read", "monetization:read"];

    private static readonly string[] DjScopes =
    [
        "streams:read", "streams:write", "uploads:read", "uploads:write", "playlists:read", "playlists:write", "podcasts:read", "podcasts:write",
        "domains:write", "analytics:read", "monetization:read", "monetization:write",
    ];

    /// <summary>The problems with a request for an account: one for each violated rule.</summary>
    public static ImmutableArray<FieldProblem> Check(RegisterAccount command)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        if (EmailAddress.Normalize(command.Email) is null)
            problems.Add(new FieldProblem("email", "Expected an e-mail address, such as dj@example.org.", FieldCodes.NotAnEmail));
        problems.AddRange(CheckPassword("password", command.Password));
        problems.AddRange(CheckName(command.Name));
        if (command.Role == AccountRole.Admin && !command.ByAdmin)
            problems.Add(new FieldProblem("role", "Expected dj or listener.", FieldCodes.UnknownValue));
        return problems.ToImmutable();
    }

    /// <summary>The problems with a password: one for each violated rule.</summary>
    /// <param name="field">The field that contains it.</param>
    /// <param name="password">In plain text.</param>
    public static ImmutableArray<FieldProblem> CheckPassword(string field, string password) =>
        [.. PasswordProblems(password).Select(problem => new FieldProblem(field, problem.Message, problem.Code))];

    /// <summary>The problems with a display name.</summary>
    public static ImmutableArray<FieldProblem> CheckName(string name) => FieldRules.Text("name", name, 0, LongestName) is { } problem ? [problem] : [];

    /// <summary>The account after the patch, and the names of the fields that changed.</summary>
    public static (AccountState Next, ImmutableArray<string> Fields) Apply(AccountPatch patch, AccountState current)
    {
        var next = current with
        {
            Name = patch.Name?.Trim() ?? current.Name,
            Role = patch.Role ?? current.Role,
            Disabled = patch.Disabled ?? current.Disabled,
            // Re-enabling an account requires a new login.
            Sessions = patch.Disabled == true ? [] : current.Sessions,
        };
        ImmutableArray<string> fields =
        [
            .. next.Name != current.Name ? ["name"] : Array.Empty<string>(),
            .. next.Role != current.Role ? ["role"] : Array.Empty<string>(),
            .. next.Disabled != current.Disabled ? ["disabled"] : Array.Empty<string>(),
        ];
        return (fields.IsEmpty ? next : next with { Revision = current.Revision + 1 }, fields);
    }

    /// <summary>Describes a change for the audit trail: permissions with their values, other fields by name only.</summary>
    public static string Describe(AccountState before, AccountState after, ImmutableArray<string> fields) =>
        string.Join(", ", fields.Select(field => field switch
        {
            "role" => $"role: {before.Role} -> {after.Role}".ToLowerInvariant(),
            "disabled" => after.Disabled ? "disabled" : "enabled",
            _ => field,
        }));

    /// <summary>The scopes of a role.</summary>
    public static IReadOnlyList<string> ScopesOf(AccountRole role) => role switch
    {
        AccountRole.Listener => ListenerScopes,
        AccountRole.Dj => DjScopes,
        _ => [.. DjScopes, "admin"],
    };

    private static IEnumerable<(string Message, string Code)> PasswordProblems(string password)
    {
        if (password.Length < ShortestPassword)
            yield return ($"Expected at least {ShortestPassword} characters.", FieldCodes.WeakPassword);
        if (!password.Any(char.IsLetter))
            yield return ("Expected a letter.", FieldCodes.WeakPassword);
        if (!password.Any(char.IsDigit))
            yield return ("Expected a digit.", FieldCodes.WeakPassword);
        if (!password.Any(c => !char.IsLetterOrDigit(c) && !char.IsControl(c)))
            yield return ("Expected a special character.", FieldCodes.WeakPassword);
        if (password.Contains('\0', StringComparison.Ordinal))
            yield return ("Expected no NUL character.", FieldCodes.InvalidCharacters);
        if (System.Text.Encoding.UTF8.GetByteCount(password) > LongestPasswordBytes)
            yield return ($"Expected at most {LongestPasswordBytes} bytes in UTF-8.", FieldCodes.TooLong);
    }
}
