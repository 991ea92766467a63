package sallyport.recorder.typed;

import java.util.regex.Pattern;

/**
 * Whether a program seems to ask for a secret: what stands left of the cursor on its line ends in such a word, or has one and
 * ends as questions do. What has been typed there already may show as asterisks. In English, German, French, Spanish, Italian,
 * Portuguese, Dutch, Polish and Turkish.
 */
final class Prompts {

    /** No more than so much of the line is looked at, from the cursor back, in characters. */
    private static final int LONGEST = 400;

    private static final String WORDS = String.join(
            "|",
            // Several languages have taken over the English ones.
            "pass(?:word|wd|phrase|code|key)?|pass[ -](?:word|phrase|code)|pin(?:["
                + " -]?code)?|puk|otp|[2m]fa|totp|secret|token|credentials?|(?:verification|authentication|security|one["
                + " -]time|access|recovery|backup)[ -]?code",
            // German
            "passwort|kennwort|passphrase|geheimzahl|geheimnis|passsatz|(?:prüf|sicherheits|bestätigungs|einmal|zugangs)-?code"
                + "|einmal(?:passwort|kennwort)|verifizierungscode",
            // French
            "mot de passe|phrase (?:de passe|secrète)|code (?:de vérification|secret|pin|d['’]accès|à usage"
                    + " unique)|jeton",
            // Spanish
            "contraseña|clave|frase (?:de contraseña|de paso|secreta)|código (?:de"
                    + " (?:verificación|acceso|seguridad)|pin)|testigo",
            // Italian
            "parola d['’]ordine|frase (?:di accesso|segreta|d['’]ordine)"
                    + "|codice (?:di (?:verifica|accesso|sicurezza)|pin|segreto)|gettone",
            // Portuguese
            "senha|palavra[- ](?:passe|chave)|frase[- ](?:passe|senha|secreta)"
                    + "|código de (?:verificação|acesso|segurança)|código pin",
            // Dutch
            "wachtwoord|wachtwoordzin|wachtzin|pincode|(?:verificatie|toegangs|beveiligings)code|geheim",
            // Polish
            "hasło|hasła|fraza hasła|kod (?:pin|weryfikacyjny|dostępu|jednorazowy)|token(?:u)?",
            // Turkish; its capital I is written here too, since case is folded as in English.
            "parola|parolası|şifre|şifresi|geçiş (?:parolası|anahtarı|cümlesi)|doğrulama kodu|pin kodu|belirteç");

    private static final Pattern ASKS = Pattern.compile(
            "(?<![\\p{L}\\p{N}])(?:" + WORDS + ")(?:\\s*|(?![\\p{L}\\p{N}]).*[:：?]\\s*)[*•●·_]*\\s*$",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private Prompts() {}

    static boolean asks(String leftOfCursor) {
        String end = leftOfCursor.substring(Math.max(0, leftOfCursor.length() - LONGEST));
        return ASKS.matcher(end).find();
    }
}
