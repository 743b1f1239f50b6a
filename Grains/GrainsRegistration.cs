using Audio.Orleans.Contracts.Tokens;
using Audio.Orleans.Grains.Accounts;
using Audio.Orleans.Grains.Accounts.SignIn;
using Audio.Orleans.Grains.Audit;
using Audio.Orleans.Grains.Playlists;
using Audio.Orleans.Grains.Requests;
using Audio.Orleans.Grains.Mail;
using Audio.Orleans.Grains.Nodes;
using Audio.Orleans.Grains.Operations;
using Audio.Orleans.Grains.Streams;
using Audio.Orleans.Grains.Tokens;
using Audio.Orleans.Grains.Uploads;
using Audio.Orleans.Persistence.Accounts;
using Audio.Orleans.Persistence.Audit;
using Audio.Orleans.Persistence.GrainStates;
using Audio.Orleans.Persistence.Operations;
using Audio.Orleans.Persistence.Playlists;
using Audio.Orleans.Persistence.Requests;
using Audio.Orleans.Persistence.Streams;
using Audio.Orleans.Persistence.Uploads;
using Audio.Orleans.RelayHost.Relays;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Audio.Orleans.Grains;

/// <summary>Puts what the grains need into a silo.</summary>
public static class GrainsRegistration
{
    /// <summary>Adds the services of all grains, and the filters that keep database exceptions inside and commands from being done twice.</summary>
    public static ISiloBuilder AddAudioGrains(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        // In this order: what fails in the second is a fault of the storage too.
        silo.AddIncomingGrainCallFilter<StorageFaultFilter>();
        silo.AddIncomingGrainCallFilter<OperationFilter>();
        silo.Services.TryAddSingleton((silo.Configuration.GetSection("Tokens").Get<TokenOptions>() ?? new TokenOptions()).Validate());
        silo.Services.AddSingleton<IStateProjection<AccountState>, AccountProjection>();
        silo.Services.AddSingleton<AccountTable>();
        silo.Services.AddSingleton<SigningKeyTable>();
        silo.Services.AddSingleton<PasswordHasher>();
        silo.Services.AddSingleton((silo.Configuration.GetSection("Login").Get<LoginOptions>() ?? new LoginOptions()).Validate());
        silo.Services.AddSingleton(SignInOptions.Read(silo.Configuration));
        silo.Services.AddSingleton<SignInStates>();
        silo.Services.AddOAuthClient();
        silo.Services.AddSingleton(MailOptions.Read(silo.Configuration));
        silo.Services.AddSingleton<Outbox>();
        silo.Services.AddSingleton<SigningKeys>();
        silo.Services.AddSingleton<TokenIssuer>();
        silo.Services.AddSingleton<IStateProjection<StreamState>, StreamProjection>();
        silo.Services.AddSingleton<StreamTables>();
        silo.Services.AddSingleton<StreamSecrets>();
        silo.Services.AddSingleton<IStateProjection<UploadState>, UploadProjection>();
        silo.Services.AddSingleton<UploadTable>();
        silo.Services.AddSingleton<IStateProjection<PlaylistState>, PlaylistProjection>();
        silo.Services.AddSingleton<IStateProjection<ExternalAudioState>, ExternalAudioProjection>();
        silo.Services.AddSingleton<PlaylistTables>();
        silo.Services.AddSingleton<ExternalAudioTable>();
        silo.Services.TryAddSingleton(new NodeIdentity(null));
        silo.Services.AddSingleton<IRelayObserver, RelayReporter>();
        silo.Services.AddSingleton((silo.Configuration.GetSection("Idempotency").Get<IdempotencyOptions>() ?? new IdempotencyOptions()).Validate());
        silo.Services.AddSingleton<IdempotencyTable>();
        silo.Services.AddSingleton<RequestSecrets>();
        silo.Services.AddSingleton<OperationTable>();
        silo.Services.AddSingleton<OperationAnswers>();
        silo.Services.AddSingleton<OperationMarks>();
        silo.Services.AddSingleton<IWriteCompanion>(services => services.GetRequiredService<OperationMarks>());
        silo.Services.AddSingleton<AuditTable>();
        silo.Services.AddSingleton<AuditTrail>();
        silo.Services.AddSingleton<IWriteCompanion>(services => services.GetRequiredService<AuditTrail>());
        return silo;
    }
}
