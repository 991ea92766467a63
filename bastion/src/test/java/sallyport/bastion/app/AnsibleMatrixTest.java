package sallyport.bastion.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import sallyport.bastion.Tool;

/** A play of Ansible's through the bastion, held against the same without one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnsibleMatrixTest {

    private static final String PLAY = """
        cat > play.yml <<END
        - hosts: web-1
          gather_subset: [min]
          tasks:
            - command: echo one
              register: one
            - shell: echo problem >&2; exit 3
              register: three
              failed_when: three.rc != 3 or three.stderr != 'problem'
            - copy: {src: $PREPARED/64K, dest: $THERE/64K}
            - template: {src: template.j2, dest: $THERE/made}
            - file: {path: $THERE/folder, state: directory, mode: "0711"}
            - lineinfile: {path: $THERE/lines, line: "{{ one.stdout }}", create: true, mode: "0640"}
            - stat: {path: $THERE/64K}
              register: stat
              failed_when: stat.stat.size != 65536
            - fetch: {src: $THERE/lines, dest: fetched, flat: true}
            - script: script.sh argument
            - raw: echo raw
        END
        echo 'made by {{ 1 + 1 }} with {{ ansible_facts.os_family }}' > template.j2
        echo 'echo script $1' > script.sh
        echo web-1 > inventory
        cat > ansible.cfg <<END
        [defaults]
        local_tmp = $HOME/local
        remote_tmp = $HOME/remote
        interpreter_python = /usr/bin/python3
        [ssh_connection]
        pipelining = $PIPELINING
        ssh_args = -F $F -o ControlMaster=auto -o ControlPersist=5s
        control_path_dir = $HOME/control
        END
        ANSIBLE_CONFIG=$PWD/ansible.cfg ansible-playbook -i inventory play.yml
        status=$?
        rm ansible.cfg
        exit $status
        """;

    private ThreeWays ways;

    @BeforeAll
    void start() throws Exception {
        Tool.ANSIBLE_PLAYBOOK.path();
        ways = ThreeWays.start();
    }

    @AfterAll
    void stop() throws Exception {
        ways.close();
    }

    @BothWays
    void a_play_with_pipelining_comes_out_the_same(Way way) {
        play(way, "True");
    }

    @BothWays
    void a_play_that_brings_its_modules_as_files_comes_out_the_same(Way way) {
        play(way, "False");
    }

    private void play(Way way, String pipelining) {
        var outcome = ways.works(way, "PIPELINING=" + pipelining + "\n" + PLAY);
        assertThat(outcome.stdout()).containsPattern("ok=11 +changed=9 +unreachable=0 +failed=0");
        assertThat(outcome.there()).contains("./lines", "./made", "f 640", "d 711");
    }
}
