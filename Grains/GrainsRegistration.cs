using Audio.Orleans.Contracts.Tokens;
using Audio.Orleans.Grains.Accounts;
using Audio.Orleans.Grains.Mail;
using Audio.Orleans.Grains.Streams;
using Audio.Orleans.Grains.Tokens;
using Audio.Orleans.Persistence.Accounts;
using Audio.Orleans.Persistence.GrainStates;
using Audio.Orleans.Persistence.Streams;
using Audio.Orleans.RelayHost.Relays;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Audio.Orleans.Grains;

/// <summary>Puts what the grains need into a silo.</summary>
public static class GrainsRegistration
{
    /// <summary>Adds the services of all grains, and the filter that keeps database exceptions inside.</summary>
    public static ISiloBuilder AddAudioGrains(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.AddIncomingGrainCallFilter<StorageFaultFilter>();
        silo.Services.AddSingleton(silo.Configuration.GetSection("Tokens").Get<TokenOptions>() ?? new TokenOptions());
        silo.Services.AddSingleton<IStateProjection<AccountState>, AccountProjection>();
        silo.Services.AddSingleton<AccountTable>();
        silo.Services.AddSingleton<SigningKeyTable>();
        silo.Services.AddSingleton<PasswordHasher>();
        silo.Services.AddSingleton(silo.Configuration.GetSection("Login").Get<LoginOptions>() ?? new LoginOptions());
        silo.Services.AddSingleton(MailOptions.Read(silo.Configuration));
        silo.Services.AddSingleton<Outbox>();
        silo.Services.AddSingleton<SigningKeys>();
        silo.Services.AddSingleton<TokenIssuer>();
        silo.Services.AddSingleton<IStateProjection<StreamState>, StreamProjection>();
        silo.Services.AddSingleton<StreamTables>();
        silo.Services.AddSingleton<StreamSecrets>();
        silo.Services.AddSingleton<IRelayObserver, RelayReporter>();
        return silo;
    }
}
