using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo;

/// <summary>
/// Makes the first admin from the settings <c>Admin__Email</c> and <c>Admin__Password</c>, before the first request is served. An
/// account that has the address stays as it is.
/// </summary>
public sealed class FirstAdmin(IConfiguration configuration, IGrainFactory grains, ILogger<FirstAdmin> logger) : IHostedService
{
    /// <summary>Makes the account where it is missing.</summary>
    /// <exception cref="InvalidOperationException">The settings make no account; the message says which and why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (address, password) = (configuration["Admin:Email"], configuration["Admin:Password"]);
        if (string.IsNullOrEmpty(address) && string.IsNullOrEmpty(password))
            return;
        var email = EmailAddress.Normalize(address) ?? throw new InvalidOperationException("Admin__Email: expected an e-mail address, such as admin@example.org.");
        var userId = Guid.CreateVersion7();
        var outcome = await grains.GetGrain<IEmailGrain>(GrainKeys.Email(email)).Register(userId, new RegisterAccount(email, password ?? "", "", AccountRole.Admin, ByAdmin: true));
        if (!outcome.Problems.IsEmpty)
            throw new InvalidOperationException($"Admin__Password: {string.Join(' ', outcome.Problems.Select(problem => problem.Message))}");
        if (outcome.EmailTaken)
            logger.LogInformation("The account that Admin__Email names exists and stays as it is");
        else
            logger.LogInformation("The first admin is account {UserId}", userId);
    }

    /// <summary>Nothing to stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
