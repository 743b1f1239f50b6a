using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AudioOrleans.Grains.Mail;

/// <summary>Sends a mail to the SMTP server.</summary>
public sealed class SmtpDelivery(MailOptions options)
{
    /// <summary>Returns when the server has accepted the mail.</summary>
    /// <param name="mailId">Part of the mail, so that duplicates can be recognised.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="FormatException">The address is invalid, or the subject is not one line.</exception>
    /// <exception cref="NotSupportedException">The server cannot encrypt, or does not support the login or the address.</exception>
    /// <exception cref="Exception">From MailKit, sockets or TLS: the server cannot be reached or rejects the mail. The message may contain the address.</exception>
    public async Task SendAsync(Guid mailId, OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var message = Compose(mailId, mail);
        // As .NET does by default: revocation checks would connect to hosts that the certificate names.
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        await client.ConnectAsync(options.Host!, options.Port, EncryptionOf(options.Tls), cancellationToken);
        if (options.User is not null)
            await client.AuthenticateAsync(options.User, options.Password!, cancellationToken);
        await client.SendAsync(FormatFor(message, client), message, cancellationToken);
        // The server has accepted the mail: an error in this disconnect must not cause it to be sent again.
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    // Never Auto or StartTlsWhenAvailable: they continue without encryption if a man in the middle removes the offer.
    private static SecureSocketOptions EncryptionOf(SmtpTls tls) => tls switch
    {
        SmtpTls.StartTls => SecureSocketOptions.StartTls,
        SmtpTls.Implicit => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    /// <summary>UTF-8 in addresses only if the address requires it: not every server on the route supports it (RFC 6531).</summary>
    private static FormatOptions FormatFor(MimeMessage message, SmtpClient client)
    {
        var format = FormatOptions.Default.Clone();
        format.International = !Ascii.IsValid(message.To.Mailboxes.Single().LocalPart);
        if (!format.International)
            client.Capabilities &= ~SmtpCapabilities.UTF8;
        else if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            throw new NotSupportedException("The server does not accept addresses in UTF-8 (SMTPUTF8).");
        return format;
    }

    private MimeMessage Compose(Guid mailId, OutgoingMail mail)
    {
        if (mail.To.Any(char.IsControl) || mail.Subject.Any(char.IsControl))
            throw new FormatException("The address and the subject of a mail must be one line each.");
        // Exactly one address: a name, a comment or a second address throws.
        var to = new MailboxAddress(null, mail.To);
        if (to.Domain.Length == 0)
            throw new FormatException("The address of a mail has no domain.");
        var message = new MimeMessage([new MailboxAddress(options.From!.DisplayName, options.From.Address)], [to], mail.Subject, new TextPart { Text = mail.Text })
        {
            MessageId = $"{mailId:N}@{options.From.Host}",
        };
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // Prevents automatic replies (RFC 3834).
        return message;
    }
}
