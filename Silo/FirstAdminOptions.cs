using AudioOrleans.Configuration;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Silo;

/// <summary>The first admin. Section <c>Admin</c>.</summary>
public sealed record FirstAdminOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Admin";

    /// <summary>The e-mail address; setting <c>Admin__Email</c>.</summary>
    public string? Email { get; init; }

    /// <summary>The password in plain text; setting <c>Admin__Password</c>. Never displayed.</summary>
    public string? Password { get; init; }

    /// <summary>Whether to create an account.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Email) || !string.IsNullOrEmpty(Password);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        if (!IsOn)
            return;
        problems.Require(EmailAddress.Normalize(Email) is not null, nameof(Email), "an e-mail address, such as admin@example.org");
        var password = AccountRules.CheckPassword("password", Password ?? "");
        problems.Require(password.IsEmpty, nameof(Password), $"a strong password. {string.Join(' ', password.Select(problem => problem.Message)).TrimEnd('.')}");
    }

    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => nameof(FirstAdminOptions);
}
