using AudioOrleans.Configuration;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo;

/// <summary>
/// Creates the first admin from the settings <c>Admin__Email</c> and <c>Admin__Password</c>, before the first request is served. An
/// existing account with the address is not changed.
/// </summary>
public sealed class FirstAdmin(FirstAdminOptions options, IGrainFactory grains, ILogger<FirstAdmin> logger) : IHostedService
{
    /// <summary>Creates the account if it does not exist.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are invalid; the message says which and why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.IsOn)
            return;
        var email = EmailAddress.Normalize(options.Email)!;
        var userId = Guid.CreateVersion7();
        var outcome = await grains.GetGrain<IEmailGrain>(GrainKeys.Email(email)).Register(userId, new RegisterAccount(email, options.Password ?? "", "", AccountRole.Admin, ByAdmin: true));
        if (!outcome.Problems.IsEmpty)
            throw WrongSetting.Create("Admin:Password", $"a password that meets the rules for accounts. {string.Join(' ', outcome.Problems.Select(problem => problem.Message)).TrimEnd('.')}");
        if (outcome.EmailTaken)
            logger.LogInformation("The account of Admin__Email already exists and is not changed");
        else
            logger.LogInformation("The first admin is account {UserId}", userId);
    }

    /// <summary>Nothing to stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

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
